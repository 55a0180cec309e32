package relations

import "context"

// Back returns the step before a step in the same call, else the one that made the
// call: the way back over what was called in between. It is 0 for none.
func (t *Trace) Back(ctx context.Context, step uint64) (uint64, error) {
	a, err := t.at(ctx, step)
	if err != nil {
		return 0, err
	}
	if b := a.Steps[a.index].Before; b >= 0 {
		return a.number(b), nil
	}
	if c := a.call(); c.Place >= 0 {
		if last, known := t.lastOf(a.entry, uint64(c.Place)); known && last > 0 {
			return last, nil
		}
	}
	caller, _ := t.caller(a.part, a.entry, a.callIndex())
	return caller, nil
}

// Before returns the step before a step in the trace, 0 for none.
func (t *Trace) Before(step uint64) uint64 {
	for n := step - 1; step > 0 && n > 0; n-- {
		i, err := t.entryOf(n)
		if err == nil {
			for _, s := range t.entries[i].Skips {
				if n > s.After && n <= s.After+s.Steps {
					n = s.After
				}
			}
			return n
		}
		if last := t.lastBefore(n); last < n {
			return last
		}
	}
	return 0
}

// lastBefore returns the last step of the segments before a number.
func (t *Trace) lastBefore(n uint64) uint64 {
	var last uint64
	for _, e := range t.entries {
		if e.Last() < n && e.Steps > 0 {
			last = max(last, e.Last())
		}
	}
	return last
}

// Level returns the steps around a step as one walks over calls: up to back before
// it and ahead after it, in order.
func (t *Trace) Level(ctx context.Context, step uint64, back, ahead int) ([]Step, error) {
	numbers := []uint64{step}
	for n := step; back > 0; back-- {
		b, err := t.Back(ctx, n)
		if err != nil {
			return nil, err
		}
		if b == 0 {
			break
		}
		numbers = append([]uint64{b}, numbers...)
		n = b
	}
	for n := step; ahead > 0; ahead-- {
		r, err := t.Relations(ctx, n)
		if err != nil {
			return nil, err
		}
		if r.StepOver == 0 {
			break
		}
		n = r.StepOver
		numbers = append(numbers, n)
	}
	return t.StepsAt(ctx, numbers)
}

// Visit is a line with a step of a call.
type Visit struct {
	Line int
	Step uint64
	// Times is how many steps of the call are on the line, in the step's segment.
	Times int
}

// Lines returns for each line of a step's call the step that is nearest before it,
// else after it, as far as the step's segment has the call.
func (t *Trace) Lines(ctx context.Context, step uint64) (map[int]Visit, error) {
	a, err := t.at(ctx, step)
	if err != nil {
		return nil, err
	}
	lines := make(map[int]Visit)
	for i := range a.Steps {
		if a.Steps[i].Call != a.callIndex() {
			continue
		}
		l := a.Location(int32(i))
		if l == nil {
			continue
		}
		v := lines[l.Line]
		v.Line = l.Line
		v.Times++
		if int32(i) <= a.index || v.Step == 0 {
			v.Step = a.number(int32(i))
		}
		lines[l.Line] = v
	}
	return lines, nil
}

// Extent returns the lines of a step's function.
func (t *Trace) Extent(ctx context.Context, step uint64) (from, to int, err error) {
	a, err := t.at(ctx, step)
	if err != nil || a.call().Function == nil {
		return 0, 0, err
	}
	return a.call().Function.Line, a.call().Function.EndLine, nil
}
