package relations

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	steps "github.com/goat-trace/goat/internal/trace"
)

// WhyNot says why a line did not run.
type WhyNot struct {
	File     string
	Line     int
	Function string // that has the line
	// Ran is how many steps the line has, if it did run, and First the first of them.
	Ran   int
	First *Step
	// Entered says whether the function was called, by any trace of the run.
	Entered bool
	// Decided are the last steps of the nearest condition that went the other way,
	// the last first, and Total how many steps it has.
	Decided []Step
	Total   int
	Reason  string
}

// ErrNoLine says that no function in the run's trace scope has a statement on a line.
type ErrNoLine struct {
	File string
	Line int
}

func (e ErrNoLine) Error() string {
	return fmt.Sprintf("no recorded function has a statement on %s:%d; the trace scope, or the build, may be another one", e.File, e.Line)
}

// point is a location of a function in a run.
type point struct {
	function uint64
	fn       *steps.Function
	table    *steps.Table
	location int
}

// points returns the locations on a line; file may be the end of a name. Innermost
// functions and shortest locations are first.
func (r *Run) points(file string, line int) []point {
	var list []point
	r.Functions.Range(func(n uint64, fn *steps.Function, t *steps.Table) bool {
		name := t.Files[fn.File]
		if name != file && !strings.HasSuffix(name, "/"+file) {
			return true
		}
		for i, l := range fn.Locations {
			if l.Line <= line && line <= l.EndLine {
				list = append(list, point{n, fn, t, i})
			}
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b point) int {
		la, lb := &a.fn.Locations[a.location], &b.fn.Locations[b.location]
		if c := cmp.Compare(la.EndLine-la.Line, lb.EndLine-lb.Line); c != 0 {
			return c
		}
		return cmp.Compare(a.fn.EndLine-a.fn.Line, b.fn.EndLine-b.fn.Line)
	})
	return list
}

// WhyNot finds the nearest condition of a line that has run and went the other way,
// in the run's traces.
func (r *Run) WhyNot(ctx context.Context, file string, line int) (*WhyNot, error) {
	points := r.points(file, line)
	if len(points) == 0 {
		return nil, ErrNoLine{file, line}
	}
	at := points[0]
	w := &WhyNot{File: at.table.Files[at.fn.File], Line: line, Function: at.table.Package + "." + at.fn.Name}
	ran, err := r.visits(ctx, at.function, []int{at.location}, 1, false)
	if err != nil {
		return nil, err
	}
	if w.Ran = ran.total; w.Ran > 0 {
		w.First = &ran.steps[0]
		w.Entered = true
		w.Reason = fmt.Sprintf("the line did run, %d times", w.Ran)
		return w, nil
	}
	seen := map[int]bool{at.location: true}
	for level := at.fn.Locations[at.location].Controls; len(level) > 0; {
		found, err := r.visits(ctx, at.function, level, 5, true)
		if err != nil {
			return nil, err
		}
		if found.total > 0 {
			w.Entered, w.Decided, w.Total = true, found.steps, found.total
			w.Reason = "this decided otherwise: " + found.steps[0].decided()
			return w, nil
		}
		var up []int
		for _, l := range level {
			seen[l] = true
			for _, c := range at.fn.Locations[l].Controls {
				if !seen[c] && !slices.Contains(up, c) {
					up = append(up, c)
				}
			}
		}
		level = up
	}
	if w.Entered, err = r.entered(ctx, at.function); err != nil {
		return nil, err
	}
	w.Reason = "the function was never called in this run"
	if w.Entered {
		w.Reason = "the function was called, and left before it came there: by a panic, by runtime.Goexit, or the recording has ended"
	}
	return w, nil
}

// visits are the steps of a function at some of its locations.
type visits struct {
	steps []Step
	total int
}

// visits returns up to limit steps, the first, or the last ones with the last first.
func (r *Run) visits(ctx context.Context, function uint64, locations []int, limit int, last bool) (visits, error) {
	var v visits
	for i := range r.Traces {
		t, err := r.Trace(ctx, r.Traces[i].Number)
		if err != nil {
			return v, err
		}
		numbers, total, err := t.visits(ctx, function, locations, limit, last)
		if err != nil {
			return v, err
		}
		v.total += total
		if len(numbers) > limit-len(v.steps) {
			numbers = numbers[:limit-len(v.steps)]
		}
		if len(numbers) == 0 {
			continue
		}
		list, err := t.StepsAt(ctx, numbers)
		if err != nil {
			return v, err
		}
		v.steps = append(v.steps, list...)
	}
	return v, nil
}

func (t *Trace) visits(ctx context.Context, function uint64, locations []int, limit int, last bool) (numbers []uint64, total int, err error) {
	for i := range t.entries {
		n := i
		if last {
			n = len(t.entries) - 1 - i
		}
		if !t.entries[n].Holds(function, locations) {
			continue
		}
		parts, err := t.parts(ctx, n)
		if err != nil {
			return nil, 0, err
		}
		p := parts[0]
		for j := range p.Steps {
			k := j
			if last {
				k = len(p.Steps) - 1 - j
			}
			if s := &p.Steps[k]; p.Calls[s.Call].Number == function && slices.Contains(locations, int(s.Location)) {
				total++
				if len(numbers) < limit {
					numbers = append(numbers, p.Number(int32(k)))
				}
			}
		}
	}
	return numbers, total, nil
}

// entered reports whether a function was called.
func (r *Run) entered(ctx context.Context, function uint64) (bool, error) {
	for i := range r.Traces {
		t, err := r.Trace(ctx, r.Traces[i].Number)
		if err != nil {
			return false, err
		}
		for _, e := range t.entries {
			if e.Has(function) {
				return true, nil
			}
		}
	}
	return false, nil
}
