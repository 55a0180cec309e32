package trace

import (
	"cmp"
	"slices"

	steps "github.com/goat-trace/goat/internal/trace"
)

// NewEntry computes a segment's index entry. It needs nothing but the segment and
// the run's functions. A segment that cannot be read to its end has an entry of
// what was read, which says so.
func NewEntry(s Segment, functions *steps.Functions) *Entry {
	return Decode(s, functions).Entry()
}

// Entry returns the segment's index entry.
func (d *Decoded) Entry() *Entry {
	e := &Entry{
		Trace: d.Head.Trace, Goroutine: d.Head.Goroutine, Number: d.Head.Number, First: d.Head.First, Steps: d.Head.Steps,
		Started: d.Head.Started, Ended: d.Head.Started, Damaged: d.Damaged, Limit: d.Limit, Hidden: d.Hidden,
		Skips: d.Skips, ParentTrace: d.Parent.Trace, ParentStep: d.Parent.Step, ParentGoroutine: d.Parent.Goroutine,
		StartStack: d.stack(d.start), EndStack: d.stack(d.end),
		Height: uint64(len(d.start)) + d.Hidden, Low: d.low, Tops: d.tops,
	}
	if len(d.Calls) > 0 {
		e.Outermost = d.Calls[0].Number + 1
	}
	if n := len(d.Times); n > 0 {
		e.Ended = d.Times[n-1].Time
	}
	e.Functions = d.functions()
	d.callUses(e)
	d.sharedUses(e)
	return e
}

func (d *Decoded) functions() []FunctionUse {
	uses := make(map[uint64]map[uint64]bool)
	for i := range d.Calls {
		if c := &d.Calls[i]; c.touched && uses[c.Number] == nil {
			uses[c.Number] = make(map[uint64]bool)
		}
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		uses[d.Calls[s.Call].Number][uint64(s.Location)] = true
	}
	list := make([]FunctionUse, 0, len(uses))
	for f, locations := range uses {
		u := FunctionUse{Function: f}
		for l := range locations {
			u.Locations = append(u.Locations, l)
		}
		slices.Sort(u.Locations)
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b FunctionUse) int { return cmp.Compare(a.Function, b.Function) })
	return list
}

// callUses notes what the segment does with calls that other segments have, too.
func (d *Decoded) callUses(e *Entry) {
	crossing := make(map[int32]*callUse)
	for i := range d.Calls {
		c := &d.Calls[i]
		if c.touched && (c.Place >= 0 || c.EndPlace >= 0) {
			crossing[int32(i)] = &callUse{vars: make(map[uint64]VarUse), controls: make(map[uint64]LocationStep)}
		}
	}
	deciding := make(map[uint64]map[int]bool)
	for i := range d.Steps {
		s := &d.Steps[i]
		u := crossing[s.Call]
		if u == nil {
			continue
		}
		number := d.Number(int32(i))
		l := d.Location(int32(i))
		if l == nil {
			continue
		}
		for _, v := range l.Reads {
			u.read(uint64(v), number)
		}
		for _, v := range d.Writes(int32(i)) {
			u.write(uint64(v), number)
		}
		c := &d.Calls[s.Call]
		if deciding[c.Number] == nil {
			deciding[c.Number] = decidingOf(c.Function)
		}
		if deciding[c.Number][int(s.Location)] {
			u.controls[uint64(s.Location)] = LocationStep{uint64(s.Location), number}
		}
	}
	for i := range d.Calls {
		if u := crossing[int32(i)]; u != nil {
			e.Calls = append(e.Calls, d.callUse(int32(i), u))
		}
	}
}

// callUse is what is known so far of a CallUse.
type callUse struct {
	vars     map[uint64]VarUse
	controls map[uint64]LocationStep
}

func (u *callUse) read(v, step uint64) {
	use := u.vars[v]
	use.Variable, use.LastRead = v, step
	if use.FirstRead == 0 {
		use.FirstRead = step
	}
	u.vars[v] = use
}

func (u *callUse) write(v, step uint64) {
	use := u.vars[v]
	use.Variable, use.LastWrite = v, step
	if use.FirstWrite == 0 {
		use.FirstWrite = step
	}
	u.vars[v] = use
}

// decidingOf returns the locations that others depend on.
func decidingOf(fn *steps.Function) map[int]bool {
	m := make(map[int]bool)
	for _, l := range fn.Locations {
		for _, c := range l.Controls {
			m[c] = true
		}
	}
	return m
}

func (d *Decoded) callUse(i int32, u *callUse) CallUse {
	c := &d.Calls[i]
	use := CallUse{Start: uint64(c.Place + 1), Index: uint64(i), End: uint64(c.EndPlace + 1), Function: c.Number, Caller: c.Caller}
	if c.Place < 0 && c.Caller == 0 && c.CallerCall >= 0 {
		use.CallerStart = uint64(d.Calls[c.CallerCall].Place + 1)
	}
	if c.First >= 0 {
		use.First, use.Last = d.Number(c.First), d.Number(c.Last)
		use.LastAt = uint64(d.Steps[c.Last].Location)
	}
	use.Vars = sorted(u.vars, func(a, b VarUse) int { return cmp.Compare(a.Variable, b.Variable) })
	use.Controls = sorted(u.controls, func(a, b LocationStep) int { return cmp.Compare(a.Location, b.Location) })
	for _, h := range c.held {
		use.Held = append(use.Held, h)
	}
	slices.SortFunc(use.Held, func(a, b Held) int { return cmp.Compare(a.Variable, b.Variable) })
	return use
}

// keyParts returns for each variable of a function whether others are found by it.
func keyParts(list []variable) []bool {
	parts := make([]bool, len(list))
	for _, v := range list {
		if v.class == memory {
			parts[v.place.Base] = true
			if v.place.Index > 0 {
				parts[v.place.Index-1] = true
			}
		}
	}
	return parts
}

func (d *Decoded) sharedUses(e *Entry) {
	byKey := make(map[uint64]*Access)
	e.Pending = slices.Clone(d.Pending)
	for i := range d.Accesses {
		a := &d.Accesses[i]
		var use *Access
		switch {
		case a.Pending > 0:
			use = &e.Pending[a.Pending-1].Access
		case byKey[a.Key] == nil:
			use = &Access{Key: a.Key}
			byKey[a.Key] = use
		default:
			use = byKey[a.Key]
		}
		use.note(a)
	}
	for _, use := range sorted(byKey, func(a, b *Access) int { return cmp.Compare(a.Key, b.Key) }) {
		e.Shared = append(e.Shared, *use)
	}
}

// note adds an access.
func (use *Access) note(a *SharedAccess) {
	if !a.Write {
		use.LastRead = a.Step
		if use.FirstRead == 0 {
			use.FirstRead = a.Step
		}
		return
	}
	use.LastWrite, use.LastAt, use.Entered, use.Done = a.Step, a.At, a.Entered, a.Done
	use.Writes++
}
