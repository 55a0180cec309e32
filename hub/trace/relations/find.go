package relations

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
)

// Find returns up to limit steps of the trace, from a step on, that a text describes:
// "118", "refund.go:109", "err == nil", "amount == 5…" for values that begin with 5,
// or a part of a function's name.
func (t *Trace) Find(ctx context.Context, text string, from uint64, limit int) ([]uint64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, ErrSearch{text}
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		if _, err := t.entryOf(n); err != nil {
			return nil, err
		}
		return []uint64{n}, nil
	}
	if name, value, ok := strings.Cut(text, "=="); ok {
		return t.findValue(ctx, strings.TrimSpace(name), strings.TrimSpace(value), from, limit)
	}
	wanted := t.Run.byName(text)
	if file, line, ok := strings.Cut(text, ":"); ok {
		if n, err := strconv.Atoi(line); err == nil {
			wanted = make(map[uint64][]int)
			for _, p := range t.Run.points(file, n) {
				if p.fn.Locations[p.location].Line == n {
					wanted[p.function] = append(wanted[p.function], p.location)
				}
			}
		}
	}
	return t.findLocations(ctx, wanted, from, limit)
}

// byName returns the functions whose names have a text in them, with all their
// locations.
func (r *Run) byName(text string) map[uint64][]int {
	wanted := make(map[uint64][]int)
	r.Functions.Range(func(n uint64, fn *steps.Function, t *steps.Table) bool {
		if strings.Contains(t.Package+"."+fn.Name, text) {
			for i := range fn.Locations {
				wanted[n] = append(wanted[n], i)
			}
		}
		return true
	})
	return wanted
}

func (t *Trace) findLocations(ctx context.Context, wanted map[uint64][]int, from uint64, limit int) ([]uint64, error) {
	var found []uint64
	for i, e := range t.entries {
		has := false
		for f, locations := range wanted {
			has = has || e.Holds(f, locations)
		}
		if !has || e.Last() < from {
			continue
		}
		parts, err := t.parts(ctx, i)
		if err != nil {
			return nil, err
		}
		p := parts[0]
		for j := range p.Steps {
			s := &p.Steps[j]
			if n := p.Number(int32(j)); n >= from && slices.Contains(wanted[p.Calls[s.Call].Number], int(s.Location)) {
				if found = append(found, n); len(found) == limit {
					return found, nil
				}
			}
		}
	}
	return found, nil
}

// findValue finds the steps that gave a variable a value.
func (t *Trace) findValue(ctx context.Context, name, value string, from uint64, limit int) ([]uint64, error) {
	has := make(map[uint64]bool)
	t.Run.Functions.Range(func(n uint64, fn *steps.Function, _ *steps.Table) bool {
		has[n] = slices.ContainsFunc(fn.Variables, func(v steps.Variable) bool { return v.Name == name })
		return true
	})
	var found []uint64
	for i, e := range t.entries {
		if e.Last() < from || !slices.ContainsFunc(e.Functions, func(u trace.FunctionUse) bool { return has[u.Function] }) {
			continue
		}
		parts, err := t.parts(ctx, i)
		if err != nil {
			return nil, err
		}
		p := parts[0]
		for _, v := range trace.Values(p.segment, t.Run.Functions, func(v *trace.Value) bool {
			fn := p.Calls[v.Call].Function
			return !v.Result && fn != nil && v.Variable < len(fn.Variables) && fn.Variables[v.Variable].Name == name && matches(v.Value.String(), value)
		}) {
			step := v.Step
			if step == 0 { // a parameter, or the step is in a segment before
				if step, _ = t.caller(p, i, v.Call); p.Calls[v.Call].Place >= 0 {
					step, _ = t.lastOf(i, uint64(p.Calls[v.Call].Place))
				}
			}
			if step < max(from, 1) || slices.Contains(found, step) {
				continue
			}
			if found = append(found, step); len(found) == limit {
				return found, nil
			}
		}
	}
	return found, nil
}

func matches(text, value string) bool {
	if part, ok := strings.CutSuffix(value, "…"); ok {
		return strings.HasPrefix(text, part)
	}
	return text == value || strings.HasSuffix(text, "("+value+")")
}

// ErrSearch says that a text describes no steps.
type ErrSearch struct{ Text string }

func (ErrSearch) Error() string {
	return "nothing is searched for; name a step, file:line, \"variable == value\" or a function"
}
