package relations

import (
	"context"
	"slices"

	"github.com/goat-trace/goat/hub/trace"
)

// Origin is where what a step reads was written.
type Origin struct {
	// Step wrote it. It is 0 if no step of the trace did, or if that is not known.
	Step uint64
	// Argument says that Step made the call, and that the variable is a parameter.
	Argument  bool
	Certainty trace.Certainty
	Unknown   Unknown
}

// writtenBy returns the step that wrote a variable of its function last before a
// step, or while the step's statement ran in calls that it made.
func (t *Trace) writtenBy(ctx context.Context, a at, v int) (Origin, error) {
	o, err := t.writer(ctx, a, v)
	if o.Unknown == Known && t.skipped(o.Step, a.step) {
		o.Unknown = ForGap
	}
	return o, err
}

func (t *Trace) writer(ctx context.Context, a at, v int) (Origin, error) {
	if a.Own(a.callIndex(), v) {
		return t.ownWriter(a, a.Overlaps(a.callIndex(), v)), nil
	}
	access, ok := a.Access(a.step, a.callIndex(), v, false)
	if !ok {
		access, ok = a.Access(a.step, a.callIndex(), v, true)
	}
	var key uint64
	if ok {
		key = a.KeyOf(access, t.keys[a.entry])
	}
	if key == 0 { // the same expression in the same call
		o := t.ownWriter(a, []int{v})
		o.Certainty = trace.ByName
		return o, nil
	}
	o, err := t.sharedWriter(ctx, a, key)
	o.Certainty = a.Certainty(a.callIndex(), v)
	return o, err
}

// ownWriter finds the writer of a variable that only its call can write. Among are
// the variables that have memory in common with it.
func (t *Trace) ownWriter(a at, among []int) Origin {
	for i := a.Steps[a.index].Before; i >= 0; i = a.Steps[i].Before {
		if common(a.Writes(i), among) {
			return Origin{Step: a.number(i)}
		}
	}
	c := a.call()
	if c.Place >= 0 {
		var last uint64
		_, known := t.history(a.entry, uint64(c.Place), func(u use) bool {
			for _, w := range u.Vars {
				if slices.Contains(among, int(w.Variable)) {
					last = max(last, w.LastWrite)
				}
			}
			return last == 0
		})
		switch {
		case last > 0:
			return Origin{Step: last}
		case !known:
			return Origin{Unknown: ForGap}
		}
	}
	if c.Function == nil || !common(c.Function.Params, among) {
		return Origin{}
	}
	step, known := t.caller(a.part, a.entry, a.callIndex())
	o := Origin{Step: step, Argument: true}
	if !known {
		o.Unknown = ForGap
	}
	return o
}

func common(list, among []int) bool {
	for _, v := range list {
		if slices.Contains(among, v) {
			return true
		}
	}
	return false
}

// sharedWriter finds the last write with a key before a step. A step that is still
// being executed has not written yet.
func (t *Trace) sharedWriter(ctx context.Context, a at, key uint64) (Origin, error) {
	if o, done, err := t.writerIn(ctx, a.part, a.entry, a, key); done || err != nil {
		return o, err
	}
	gap := false
	for i := a.entry - 1; i >= 0; i-- {
		gap = gap || !t.entries[i+1].Follows(t.entries[i])
		use := t.access(i, key)
		if use == nil || use.Writes == 0 {
			continue
		}
		if use.LastWrite > 0 {
			running := false
			if !use.Done {
				var err error
				if running, err = t.runs(use.LastWrite, a); err != nil {
					return Origin{}, err
				}
			}
			if !running {
				return Origin{Step: use.LastWrite, Argument: use.Entered, Unknown: across(gap)}, nil
			}
		}
		list, err := t.parts(ctx, i)
		if err != nil {
			return Origin{}, err
		}
		o, done, err := t.writerIn(ctx, list[0], i, a, key)
		if done || err != nil {
			o.Unknown = across(gap)
			return o, err
		}
	}
	return Origin{Unknown: across(gap || len(t.entries) > 0 && t.entries[0].First > 1)}, nil
}

func across(gap bool) Unknown {
	if gap {
		return ForGap
	}
	return Known
}

// writerIn finds the last write with a key in one segment, before a step.
func (t *Trace) writerIn(_ context.Context, p *part, entry int, before at, key uint64) (o Origin, found bool, err error) {
	list := p.ByKey(key, t.keys[entry])
	for i := len(list) - 1; i >= 0; i-- {
		w := &p.Accesses[list[i]]
		if !w.Write || entry == before.entry && w.At >= before.step {
			continue
		}
		step := w.Step
		if w.Entered {
			known := true
			if step == 0 {
				step, known = t.caller(p, entry, w.Call)
			}
			o := Origin{Step: step, Argument: true}
			if !known {
				o.Unknown = ForGap
			}
			return o, true, nil
		}
		if step == 0 { // the statement began in a segment before
			place := p.Calls[w.Call].Place
			if step, _ = t.lastOf(entry, uint64(place)); step == 0 {
				continue
			}
			return Origin{Step: step}, true, nil
		}
		if !w.Done {
			running, err := t.runs(step, before)
			if err != nil {
				return Origin{}, false, err
			}
			if running {
				continue
			}
		}
		return Origin{Step: step}, true, nil
	}
	return Origin{}, false, nil
}
