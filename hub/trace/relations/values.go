package relations

import (
	"context"
	"slices"
	"sort"
	"strings"

	steps "github.com/goat-trace/goat/internal/trace"
)

// ref says where a value is: in a segment, what a step has written to a variable,
// or what a parameter was when its call was entered.
type ref struct {
	entry    int
	step     uint64 // 0 for a parameter
	call     int32
	variable int
}

// question is an access whose value is asked for.
type question struct {
	access *Access
	refs   []ref  // the first that has a value answers
	path   string // of the part of the value that is asked for
}

// questions are asked together, so that each segment is read once.
type questions struct {
	trace *Trace
	list  []question
}

// read asks for what a step reads.
func (q *questions) read(a at, access *Access) {
	if access.Step == 0 && !access.Argument {
		return
	}
	if access.Argument {
		q.parameter(a, access)
		return
	}
	n, err := q.trace.entryOf(access.Step)
	if err != nil {
		return
	}
	q.list = append(q.list, question{access: access, refs: []ref{{entry: n, step: access.Step, call: -1, variable: access.Variable}}})
	last := &q.list[len(q.list)-1]
	if !a.Own(a.callIndex(), access.Variable) {
		last.refs[0].variable = -1 // by its key, when the segment is there
		if own, ok := a.Access(a.step, a.callIndex(), access.Variable, false); ok {
			last.refs[0].call = -2
			last.path = keyText(a.KeyOf(own, q.trace.keys[a.entry]))
			return
		}
		last.refs[0].variable = access.Variable
	}
}

// keyText carries a key in a question's path.
func keyText(key uint64) string {
	var b [8]byte
	for i := range b {
		b[i] = byte(key >> (8 * i))
	}
	return string(b[:])
}

// parameter asks for what a parameter of a step's call was when it was entered.
func (q *questions) parameter(a at, access *Access) {
	c := a.call()
	r := ref{entry: a.entry, call: a.callIndex(), variable: access.Variable}
	if c.Place >= 0 {
		begun, known := q.trace.history(a.entry, uint64(c.Place), func(use) bool { return true })
		if !known {
			return
		}
		r.entry, r.call = begun.entry, int32(begun.Index)
	}
	v := access.Variable
	path := ""
	if c.Function != nil && !slices.Contains(c.Function.Params, v) {
		if p := c.Function.Variables[v].Place; p != nil && !p.Through {
			r.variable, path = p.Base, p.Path
		}
	}
	q.list = append(q.list, question{access: access, refs: []ref{r}, path: path})
}

// written asks for what a step writes.
func (q *questions) written(a at, access *Access) {
	if access.Called != "" {
		q.list = append(q.list, question{access: access, refs: []ref{{entry: a.entry, call: access.callIndex, variable: access.Variable}}})
		return
	}
	q.list = append(q.list, question{access: access, refs: q.trace.writes(a, access.Variable)})
}

// writes returns where the value that a step writes can be: at the step, at the next
// step of its call, where headers have theirs, or in the next segment.
func (t *Trace) writes(a at, v int) []ref {
	refs := []ref{{entry: a.entry, step: a.step, call: a.callIndex(), variable: v}}
	next := int32(-1)
	for i := a.index + 1; int(i) < len(a.Steps) && i < a.index+1000; i++ {
		if a.Steps[i].Call == a.callIndex() {
			next = i
			break
		}
	}
	switch {
	case next >= 0:
		kind := ""
		if l := a.Location(next); l != nil {
			kind = l.Kind
		}
		if kind == "case" || kind == "round" || !slices.Contains(a.Writes(next), v) {
			refs = append(refs, ref{entry: a.entry, step: a.number(next), call: a.callIndex(), variable: v})
		}
	case a.call().EndPlace >= 0:
		if u, ok := t.after(a.entry, uint64(a.call().EndPlace)); ok {
			refs = append(refs, ref{entry: u.entry, call: int32(u.Index), variable: v})
		}
	}
	return refs
}

// answer reads the segments that have the values.
func (q *questions) answer(ctx context.Context) error {
	for round := range 2 {
		var entries []int
		for _, x := range q.list {
			if !x.access.Known && len(x.refs) > round {
				entries = append(entries, x.refs[round].entry)
			}
		}
		if len(entries) == 0 {
			continue
		}
		slices.Sort(entries)
		entries = slices.Compact(entries)
		parts, err := q.trace.parts(ctx, entries...)
		if err != nil {
			return err
		}
		for i, p := range parts {
			q.answerFrom(p, entries[i], round)
		}
	}
	return nil
}

// answerFrom answers what one segment has.
func (q *questions) answerFrom(p *part, entry, round int) {
	for i := range q.list {
		x := &q.list[i]
		if x.access.Known || len(x.refs) <= round || x.refs[round].entry != entry {
			continue
		}
		r := x.refs[round]
		if round == 0 && r.step > 0 && !q.place(p, entry, x, &r) {
			continue
		}
		x.find(p, r)
		for _, other := range x.refs[1:] { // in the same segment
			if round == 0 && other.entry == entry {
				x.find(p, ref{step: other.step, call: r.call, variable: other.variable})
			}
		}
	}
}

// find answers a question with a value of a segment, if it is there.
func (x *question) find(p *part, r ref) {
	list := p.allValues()
	for i := sort.Search(len(list), func(i int) bool { return list[i].Step >= r.step }); i < len(list) && list[i].Step == r.step; i++ {
		if list[i].Call == r.call && list[i].Variable == r.variable {
			x.set(list[i].Value)
			return
		}
	}
}

// place finds the call and the variable of a step that has written something.
func (q *questions) place(p *part, entry int, x *question, r *ref) bool {
	a, err := q.trace.in(p, entry, r.step)
	if err != nil {
		return false
	}
	byKey := r.call == -2
	r.call = a.callIndex()
	if byKey {
		for _, n := range p.ByKey(keyOf(x.path), q.trace.keys[entry]) {
			if w := &p.Accesses[n]; w.Write && w.Step == r.step {
				r.variable, r.call = int(w.Variable), w.Call
				if w.Entered {
					r.step = 0
				}
			}
		}
		x.path = ""
		if r.variable < 0 {
			return false
		}
		more := q.trace.writes(a, r.variable)
		x.refs = append(x.refs[:1], more[1:]...)
		return true
	}
	writes := a.Writes(a.index)
	if !slices.Contains(writes, r.variable) {
		fn := a.call().Function
		if fn == nil || r.variable < 0 || r.variable >= len(fn.Variables) {
			return false
		}
		if v := fn.Variables[r.variable].Place; v != nil && !v.Through && slices.Contains(writes, v.Base) {
			r.variable, x.path = v.Base, v.Path
		} else {
			return false // a part of it was written
		}
	}
	more := q.trace.writes(a, r.variable)
	x.refs = append(x.refs[:1], more[1:]...)
	return true
}

func keyOf(path string) uint64 {
	var key uint64
	for i := range min(8, len(path)) {
		key |= uint64(path[i]) << (8 * i)
	}
	return key
}

// set answers a question.
func (x *question) set(v steps.Value) {
	if x.access.Known {
		return
	}
	for _, name := range strings.Split(strings.Trim(x.path, "."), ".") {
		if name == "" {
			continue
		}
		i := -1
		if v.Type != nil {
			i = slices.Index(v.Type.Fields, name)
		}
		if i < 0 || i >= len(v.Parts) {
			return
		}
		v = v.Parts[i]
	}
	x.access.Value, x.access.Known, x.access.Text = v, true, v.String()
}
