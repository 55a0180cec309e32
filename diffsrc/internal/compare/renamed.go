package compare

import "strings"

// renamed returns the functions of a gap that were renamed: pairs, in order, of
// a function that is gone and a new one that share enough statements. If
// several new ones are copies of each other, it chooses the one that only
// changed its receiver, or else the one that shares the most statements.
func (f *File) renamed(g gap) []match {
	old, new := f.old.nameless(g.o0, g.o1, f.newNames), f.new.nameless(g.n0, g.n1, f.oldNames)
	rows, columns := len(old), len(new)
	if rows == 0 || columns == 0 || rows*columns > similarPairs {
		return nil
	}
	ids := make(map[key]int)
	was, is := f.old.inside(ids, old), f.new.inside(ids, new)
	count := make([]int, len(ids))
	weights := make([]int, rows*columns)
	for i := range old {
		for j := range new {
			weights[i*columns+j] = f.kinship(old[i], new[j], shared(was[i], is[j], count))
		}
	}
	list := heaviest(rows, columns, func(i, j int) int { return weights[i*columns+j] })
	for i, m := range list {
		list[i] = match{old[m.a], new[m.b]}
	}
	return list
}

// nameless returns the functions among units whose name the other state does
// not have.
func (t *text) nameless(from, to int, other map[string]int) []int {
	var list []int
	for i := from; i < to; i++ {
		if _, ok := other[t.units[i].name]; !ok && t.units[i].kind == function {
			list = append(list, i)
		}
	}
	return list
}

// inside numbers the statements of functions.
func (t *text) inside(ids map[key]int, functions []int) [][]int {
	list := make([][]int, len(functions))
	for i, u := range functions {
		list[i] = numbered(ids, t.units[u+1:t.units[u].next])
	}
	return list
}

// otherReceiver is added for a function that only got, lost or changed its
// receiver, so that it outweighs all others.
const otherReceiver = 1 << 40

// kinship weighs what two functions share. It is 0 if they share less than half
// of the smaller one's statements.
func (f *File) kinship(o, n int, shared []int) int {
	u, v := &f.old.units[o], &f.new.units[n]
	if len(shared) == 0 || 2*len(shared) < min(u.next-o, v.next-n)-1 {
		return 0
	}
	if bareName(u.name) == bareName(v.name) {
		return otherReceiver + len(shared)
	}
	return len(shared)
}

// bareName returns a function's name without its receiver's type.
func bareName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
