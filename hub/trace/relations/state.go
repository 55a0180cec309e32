package relations

import (
	"context"
)

// Frame is a call that is open at a step, with what its variables held before it.
type Frame struct {
	Step      uint64 // the call's own step: the step itself, or the one that made the next call
	Name      string
	Variables []Access
}

// State returns the calls that are open at a step, the innermost first, at most
// limit of them, with what their variables held when the step began.
func (t *Trace) State(ctx context.Context, step uint64, limit int) ([]Frame, error) {
	var frames []Frame
	q := &questions{trace: t}
	for step > 0 && len(frames) < limit {
		a, err := t.at(ctx, step)
		if err != nil {
			return frames, err
		}
		f := Frame{Step: step, Name: nameOf(a.call())}
		if fn := a.call().Function; fn != nil {
			for v := range fn.Variables {
				access := accessOf(fn, v)
				if access.Origin, err = t.writtenBy(ctx, a, v); err != nil {
					return frames, err
				}
				f.Variables = append(f.Variables, access)
			}
		}
		for i := range f.Variables {
			q.read(a, &f.Variables[i])
		}
		frames = append(frames, f)
		step, _ = t.caller(a.part, a.entry, a.callIndex())
	}
	return frames, q.answer(ctx)
}

// History returns up to n writes of a variable before a step, the nearest first, and
// up to n after it, in the same call.
func (t *Trace) History(ctx context.Context, step uint64, v, n int) (earlier, later []Access, err error) {
	a, err := t.at(ctx, step)
	if err != nil {
		return nil, nil, err
	}
	fn := a.call().Function
	if fn == nil || v < 0 || v >= len(fn.Variables) {
		return nil, nil, nil
	}
	among := a.Overlaps(a.callIndex(), v)
	if among == nil {
		among = []int{v}
	}
	q := &questions{trace: t}
	for b := a; len(earlier) < n; {
		o := t.ownWriter(b, among)
		if o.Step == 0 && !o.Argument {
			break
		}
		access := accessOf(fn, v)
		access.Origin = o
		earlier = append(earlier, access)
		if o.Argument {
			break
		}
		if b, err = t.at(ctx, o.Step); err != nil {
			return nil, nil, err
		}
	}
	for _, w := range t.laterWrites(a, among, n) {
		access := accessOf(fn, v)
		access.Origin = Origin{Step: w}
		later = append(later, access)
	}
	for i := range earlier {
		q.read(a, &earlier[i])
	}
	for i := range later {
		q.read(a, &later[i])
	}
	return earlier, later, q.answer(ctx)
}

// laterWrites returns the next writes in a step's call, as far as its segment has
// them.
func (t *Trace) laterWrites(a at, among []int, n int) []uint64 {
	var list []uint64
	for i := a.index + 1; int(i) < len(a.Steps) && len(list) < n; i++ {
		if a.Steps[i].Call == a.callIndex() && common(a.Writes(i), among) {
			list = append(list, a.number(i))
		}
	}
	return list
}
