package relations

import (
	"context"
	"slices"
)

// Unknown says why a relation is not known, "" if it is.
type Unknown string

// The reasons.
const (
	Known     Unknown = ""
	ForGap    Unknown = "steps are missing"
	ForTables Unknown = "the package's table does not say it"
)

// Relations are the steps that hang together with one, 0 for none.
type Relations struct {
	// ControlDominator is the step that decided, in the same call, that this one
	// runs: the last step at a location that this one's location depends on.
	ControlDominator uint64
	// StepIn is the next step of the trace.
	StepIn uint64
	// StepOver is the next step of the same call, else of the nearest call around it
	// that goes on.
	StepOver uint64
	// InvocationParent is the step that made the call.
	InvocationParent uint64

	ControlUnknown, InUnknown, OverUnknown, ParentUnknown Unknown
}

// Relations returns the relations of a step.
func (t *Trace) Relations(ctx context.Context, step uint64) (Relations, error) {
	a, err := t.at(ctx, step)
	if err != nil {
		return Relations{}, err
	}
	return t.relations(a), nil
}

// relations needs nothing but the step's segment and the index entries.
func (t *Trace) relations(a at) Relations {
	var r Relations
	r.ControlDominator, r.ControlUnknown = t.controlDominator(a)
	if r.ControlDominator > 0 && t.skipped(r.ControlDominator, a.step) {
		r.ControlUnknown = ForGap
	}
	r.StepIn, r.InUnknown = t.stepIn(a)
	r.StepOver, r.OverUnknown = t.stepOver(a)
	var known bool
	if r.InvocationParent, known = t.caller(a.part, a.entry, a.callIndex()); !known {
		r.ParentUnknown = ForGap
	}
	return r
}

func (t *Trace) controlDominator(a at) (uint64, Unknown) {
	l := a.Location(a.index)
	if l == nil {
		return 0, ForTables
	}
	if len(l.Controls) == 0 {
		return 0, Known
	}
	for i := a.Steps[a.index].Before; i >= 0; i = a.Steps[i].Before {
		if _, ok := slices.BinarySearch(l.Controls, int(a.Steps[i].Location)); ok {
			return a.number(i), Known
		}
	}
	c := a.call()
	if c.Place < 0 {
		return 0, Known
	}
	var last uint64
	_, known := t.history(a.entry, uint64(c.Place), func(u use) bool {
		for _, at := range u.Controls {
			if _, ok := slices.BinarySearch(l.Controls, int(at.Location)); ok {
				last = max(last, at.Step)
			}
		}
		return last == 0
	})
	if !known {
		return 0, ForGap
	}
	return last, Known
}

func (t *Trace) stepIn(a at) (uint64, Unknown) {
	if int(a.index)+1 < len(a.Steps) {
		next := a.number(a.index + 1)
		if next != a.step+1 {
			return next, ForGap
		}
		return next, Known
	}
	for i := a.entry + 1; i < len(t.entries); i++ {
		next := t.entries[i]
		if next.First != a.step+1 {
			return 0, ForGap
		}
		if next.Steps > 0 {
			return next.First, Known
		}
	}
	return 0, Known
}

func (t *Trace) stepOver(a at) (uint64, Unknown) {
	height := a.Steps[a.index].Height
	for i := a.index + 1; int(i) < len(a.Steps); i++ {
		s := &a.Steps[i]
		height = min(height, s.Low)
		if s.Height <= height {
			return a.number(i), Known
		}
	}
	height = min(height, a.TailLow)
	for i := a.entry + 1; i < len(t.entries); i++ {
		e := t.entries[i]
		if !e.Follows(t.entries[i-1]) {
			return 0, ForGap
		}
		for _, top := range e.Tops {
			if top.Height <= uint64(height) {
				return top.Step, Known
			}
		}
		height = min(height, int32(e.Low))
	}
	return 0, Known
}
