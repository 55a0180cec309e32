package edits

import "slices"

// functions returns the functions of some file.
func (e *editor) functions() *Block { return pick(e.maker, e.program.Files).Funcs }

func (e *editor) insertFunction() bool {
	b := e.functions()
	b.List = slices.Insert(slices.Clone(b.List), e.IntN(len(b.List)+1), e.function(1+e.IntN(6)))
	return true
}

func (e *editor) takeFunction() *Node {
	b := e.functions()
	if len(b.List) == 0 {
		return nil
	}
	i := e.IntN(len(b.List))
	f := b.List[i]
	b.List = slices.Delete(slices.Clone(b.List), i, i+1)
	return f
}

func (e *editor) deleteFunction() bool { return e.takeFunction() != nil }

func (e *editor) moveFunction() bool {
	f := e.takeFunction()
	if f == nil {
		return false
	}
	b := e.functions()
	b.List = slices.Insert(slices.Clone(b.List), e.IntN(len(b.List)+1), f)
	return true
}

// copyFunction copies a function under another name.
func (e *editor) copyFunction() bool {
	b := e.functions()
	if len(b.List) == 0 {
		return false
	}
	f := e.fresh([]*Node{pick(e.maker, b.List)})[0]
	f.Args[0] = e.leafName()
	to := e.functions()
	to.List = slices.Insert(slices.Clone(to.List), e.IntN(len(to.List)+1), f)
	return true
}
