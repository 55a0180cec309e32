package relations

import (
	"context"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
)

// Step is a step with everything that is known of it.
type Step struct {
	Trace, Number uint64
	Function      uint64 // number of the function in the run
	Name          string // of the function, with its package's path
	Package       string
	Module        string
	File          string // relative to the module, "" if the table is missing
	Line, EndLine int
	Column        int
	Kind          string // of the location
	Location      int    // in its function, -1 if that is not known
	Outcome       trace.Outcome
	Time          int64 // Unix nanoseconds, the last reading of the clock before it
	Depth         int   // how many calls are open
	Reads, Writes []Access
	Relations
}

// Access is a variable that a step reads or writes.
type Access struct {
	Variable int // in the step's function, or in the function that it called
	Name     string
	Type     string
	Kind     string
	// Value is what it held. Text is the same for people, and says in brackets why
	// it is not known.
	Value steps.Value
	Known bool
	Text  string
	// Called is the function of which it is a parameter, if the step has called it
	// with this value.
	Called string
	// Origin says where a value that is read was written.
	Origin

	callIndex int32 // of Called in the step's segment
}

// Page returns up to n steps from a number on, with all their relations. It asks
// the store at most four times, whatever n is, unless a variable's last write is
// not in the index entries alone.
func (t *Trace) Page(ctx context.Context, from uint64, n int) ([]Step, error) {
	var list []at
	var entries []int
	last := from + uint64(max(n, 1)) - 1
	for i, e := range t.entries {
		if e.Steps > 0 && e.First <= last && e.Last() >= from {
			entries = append(entries, i)
		}
	}
	if len(entries) == 0 {
		_, err := t.entryOf(from)
		return nil, err
	}
	parts, err := t.parts(ctx, entries...)
	if err != nil {
		return nil, err
	}
	for i, p := range parts {
		e := t.entries[entries[i]]
		for s := max(from, e.First); s <= min(last, e.Last()); s++ {
			if a, err := t.in(p, entries[i], s); err == nil {
				list = append(list, a)
			}
		}
	}
	return t.complete(ctx, list)
}

// Step returns one step.
func (t *Trace) Step(ctx context.Context, number uint64) (*Step, error) {
	list, err := t.StepsAt(ctx, []uint64{number})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// StepsAt returns steps by their numbers, in this order.
func (t *Trace) StepsAt(ctx context.Context, numbers []uint64) ([]Step, error) {
	entries := make([]int, len(numbers))
	for i, n := range numbers {
		var err error
		if entries[i], err = t.entryOf(n); err != nil {
			return nil, err
		}
	}
	parts, err := t.parts(ctx, entries...)
	if err != nil {
		return nil, err
	}
	list := make([]at, len(numbers))
	for i, n := range numbers {
		if list[i], err = t.in(parts[i], entries[i], n); err != nil {
			return nil, err
		}
	}
	return t.complete(ctx, list)
}

// complete completes steps: first what the index entries say, then the values.
func (t *Trace) complete(ctx context.Context, list []at) ([]Step, error) {
	result := make([]Step, len(list))
	q := &questions{trace: t}
	for i, a := range list {
		s := &result[i]
		t.describe(s, a)
		s.Relations = t.relations(a)
		l := a.Location(a.index)
		if l == nil {
			continue
		}
		for _, v := range l.Reads {
			o, err := t.writtenBy(ctx, a, v)
			if err != nil {
				return nil, err
			}
			access := accessOf(a.call().Function, v)
			access.Origin = o
			s.Reads = append(s.Reads, access)
		}
		for _, v := range a.Writes(a.index) {
			access := accessOf(a.call().Function, v)
			access.Origin = Origin{Step: a.step, Certainty: a.Certainty(a.callIndex(), v)}
			s.Writes = append(s.Writes, access)
		}
		t.arguments(s, a)
	}
	for i, a := range list {
		for j := range result[i].Reads {
			q.read(a, &result[i].Reads[j])
		}
		for j := range result[i].Writes {
			q.written(a, &result[i].Writes[j])
		}
	}
	return result, q.answer(ctx)
}

// describe sets what the step's own segment and table say.
func (t *Trace) describe(s *Step, a at) {
	c := a.call()
	own := &a.Steps[a.index]
	*s = Step{
		Trace: t.Number, Number: a.step, Function: c.Number, Name: nameOf(c), Kind: "step", Location: -1,
		Outcome: own.Outcome, Time: a.Time(a.step), Depth: int(own.Height),
	}
	if c.Function == nil {
		return
	}
	s.Package, s.Module, s.File, s.Line = c.Table.Package, c.Table.Module, c.Table.Files[c.Function.File], c.Function.Line
	if l := a.Location(a.index); l != nil {
		s.Kind, s.Line, s.EndLine, s.Column, s.Location = l.Kind, l.Line, l.EndLine, l.Column, int(own.Location)
	}
}

func nameOf(c *trace.Call) string {
	return (&steps.Call{Number: c.Number, Function: c.Function, Table: c.Table}).Name()
}

func accessOf(fn *steps.Function, v int) Access {
	x := &fn.Variables[v]
	return Access{Variable: v, Name: x.Name, Type: x.Type, Kind: x.Kind, Text: unknownText(x)}
}

// unknownText says why a variable has no value.
func unknownText(v *steps.Variable) string {
	switch {
	case v.Redacted:
		return "«redacted»"
	case v.Unrecorded != "":
		return "(not recorded: " + v.Unrecorded + ")"
	}
	return "(not recorded)"
}

// maxArguments limits the calls of one step whose parameters it writes.
const maxArguments = 16

// arguments adds the parameters of the calls that a step made, as far as they were
// entered in its segment.
func (t *Trace) arguments(s *Step, a at) {
	for n, i := range a.called(a.step) {
		if n == maxArguments {
			return
		}
		c := &a.Calls[i]
		if c.Function == nil {
			continue
		}
		for _, v := range c.Function.Params {
			access := accessOf(c.Function, v)
			access.Called = nameOf(c)
			access.Origin = Origin{Step: a.step, Argument: true, Certainty: a.Certainty(i, v)}
			access.callIndex = i
			s.Writes = append(s.Writes, access)
		}
	}
}

// called returns the calls that a step of the segment made in it.
func (p *part) called(step uint64) []int32 {
	var list []int32
	for i := range p.Calls {
		if c := &p.Calls[i]; c.Place < 0 && c.Caller == step {
			list = append(list, int32(i))
		}
	}
	return list
}

// OutcomeText is "yes" or "no" for a condition, and "" for what is none.
func (s *Step) OutcomeText() string {
	switch s.Outcome {
	case trace.Met:
		return "yes"
	case trace.NotMet:
		return "no"
	}
	return ""
}
