package relations

import "github.com/goat-trace/goat/hub/trace"

// use is what an entry says of a call that is open in several segments.
type use struct {
	entry int
	*trace.CallUse
}

// before returns what the nearest segment before an entry has done with the call at
// a place in the stack at the entry's start, and false if no segment says it.
func (t *Trace) before(entry int, place uint64) (use, bool) {
	for i := entry; i > 0 && t.entries[i].Follows(t.entries[i-1]); i-- {
		e := t.entries[i-1]
		for j := range e.Calls {
			if e.Calls[j].End == place+1 {
				return use{i - 1, &e.Calls[j]}, true
			}
		}
		if e.Low <= place { // its entry is not known
			return use{}, false
		}
	}
	return use{}, false
}

// after returns what the nearest segment after an entry has done with the call at
// a place in the stack at the entry's end.
func (t *Trace) after(entry int, place uint64) (use, bool) {
	for i := entry + 1; i < len(t.entries) && t.entries[i].Follows(t.entries[i-1]); i++ {
		e := t.entries[i]
		for j := range e.Calls {
			if e.Calls[j].Start == place+1 {
				return use{i, &e.Calls[j]}, true
			}
		}
		if e.Low <= place {
			return use{}, false
		}
	}
	return use{}, false
}

// history calls do with what the segments before an entry have done with a call,
// the nearest first, until do returns false or the call's beginning was reached. It
// returns whether it was; known is false if the beginning is missing.
func (t *Trace) history(entry int, place uint64, do func(use) bool) (begun use, known bool) {
	for {
		u, ok := t.before(entry, place)
		if !ok {
			return use{}, false
		}
		if !do(u) {
			return use{}, true
		}
		if u.Start == 0 {
			return u, true
		}
		entry, place = u.entry, u.Start-1
	}
}

// lastOf returns the last step that the call at a place had before an entry, 0 for
// none.
func (t *Trace) lastOf(entry int, place uint64) (step uint64, known bool) {
	_, known = t.history(entry, place, func(u use) bool {
		step = u.Last
		return step == 0
	})
	return step, known
}

// caller returns the step that made a call of a segment, 0 for none.
func (t *Trace) caller(p *part, entry int, call int32) (step uint64, known bool) {
	c := &p.Calls[call]
	if c.Place < 0 {
		switch {
		case c.Caller > 0:
			return c.Caller, true
		case c.CallerCall < 0:
			return 0, c.Number != 1<<64-1
		case p.Calls[c.CallerCall].Place < 0:
			return 0, true // it has had no step
		}
		return t.lastOf(entry, uint64(p.Calls[c.CallerCall].Place))
	}
	begun, known := t.history(entry, uint64(c.Place), func(use) bool { return true })
	switch {
	case !known:
		return 0, false
	case begun.Caller > 0:
		return begun.Caller, true
	case begun.CallerStart > 0:
		return t.lastOf(begun.entry, begun.CallerStart-1)
	}
	return 0, true
}

// runs reports whether a step was still being executed when another one, later,
// was: whether a call that it made, or something in that call, took the later one.
func (t *Trace) runs(step uint64, during at) (bool, error) {
	n, err := t.entryOf(step)
	if err != nil {
		return false, err
	}
	if n == during.entry {
		return during.runsIn(step, during.index, during.step), nil
	}
	var place uint64
	e := t.entries[n]
	for i := range e.Calls {
		if u := &e.Calls[i]; u.End > 0 && u.Last == step {
			place = u.End
		}
	}
	if place == 0 {
		return false, nil
	}
	for i := n + 1; i <= during.entry; i++ {
		if !t.entries[i].Follows(t.entries[i-1]) {
			return false, nil
		}
		if i == during.entry {
			break
		}
		if t.entries[i].Low < place {
			return false, nil
		}
		for j := range t.entries[i].Calls {
			if u := &t.entries[i].Calls[j]; u.Start == place && u.First > 0 {
				return false, nil
			}
		}
	}
	for i := range during.Calls {
		c := &during.Calls[i]
		if c.Place == int(place-1) {
			return (c.First < 0 || c.First > during.index) && !(c.Left && c.LeftAt < during.step), nil
		}
	}
	return true, nil
}

// runsIn is runs for two steps of one segment.
func (p *part) runsIn(number uint64, during int32, when uint64) bool {
	step, ok := p.Index(number)
	if !ok {
		return false
	}
	c := &p.Calls[p.Steps[step].Call]
	if c.Left && c.LeftAt < when {
		return false
	}
	for i := step + 1; i <= during; i++ {
		if p.Steps[i].Call == p.Steps[step].Call {
			return false
		}
	}
	return true
}
