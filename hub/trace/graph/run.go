package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/trace/relations"
)

// Trace is a goroutine's trace.
type Trace struct{ trace *relations.Trace }

// IsMain reports whether it is the main goroutine's.
func (t *Trace) IsMain() *bool {
	is := t.trace.IsMain()
	return &is
}

// Steps are the first steps.
func (t *Trace) Steps(ctx context.Context) ([]*TraceNode, error) { return t.page(ctx, 1, maxPage) }

// page returns steps from a number on.
func (t *Trace) page(ctx context.Context, from uint64, n int) ([]*TraceNode, error) {
	if t.trace.Last() < from {
		return []*TraceNode{}, nil
	}
	list, err := t.trace.Page(ctx, from, n)
	if err != nil {
		return nil, public(err)
	}
	return t.nodes(list), nil
}

func (t *Trace) nodes(list []relations.Step) []*TraceNode {
	nodes := make([]*TraceNode, len(list))
	for i := range list {
		nodes[i] = &TraceNode{t.trace, &list[i]}
	}
	return nodes
}

// Timestamp is when the trace began.
func (t *Trace) Timestamp() *time.Time { return instant(t.trace.Started) }

// Number is that of the trace in its run.
func (t *Trace) Number() int { return int(t.trace.Number) }

// Goroutine is the number that the Go runtime has given it.
func (t *Trace) Goroutine() int { return int(t.trace.Goroutine) }

// Run is the run that the trace is in.
func (t *Trace) Run() *Run { return &Run{t.trace.Run} }

// Count is how many steps it has.
func (t *Trace) Count() int { return int(t.trace.Trace.Steps) }

// Parent is the step that has started the goroutine.
func (t *Trace) Parent(ctx context.Context) (*TraceNode, error) {
	number, step := t.trace.Parent()
	if number == 0 || step == 0 {
		return nil, nil
	}
	p, err := t.trace.Run.Trace(ctx, number)
	if err != nil {
		return nil, public(err)
	}
	return load(ctx, p, step)
}

// Step is one step by its number.
func (t *Trace) Step(ctx context.Context, number int) (*TraceNode, error) {
	n, err := natural("number", number)
	if err != nil {
		return nil, err
	}
	return load(ctx, t.trace, n)
}

// StepsFrom are steps by cursor.
func (t *Trace) StepsFrom(ctx context.Context, first *int, after *string) (*StepConnection, error) {
	n, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	from := uint64(1)
	if after != nil {
		last, err := parseCursor("step", *after)
		if err != nil {
			return nil, err
		}
		from = last + 1
	}
	nodes, err := t.page(ctx, from, n)
	if err != nil {
		return nil, err
	}
	c := &StepConnection{Edges: []*StepEdge{}, PageInfo: &PageInfo{HasPreviousPage: from > 1}}
	for _, node := range nodes {
		cursor := formatCursor("step", node.step.Number)
		c.Edges = append(c.Edges, &StepEdge{Cursor: cursor, Node: node})
	}
	if k := len(c.Edges); k > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[k-1].Cursor
		c.PageInfo.HasNextPage = nodes[k-1].step.Number < t.trace.Last()
	}
	return c, nil
}

// Find are the steps that a text describes.
func (t *Trace) Find(ctx context.Context, text string, first, after *int) ([]*TraceNode, error) {
	n, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	from := uint64(0)
	if after != nil && *after > 0 {
		from = uint64(*after)
	}
	numbers, err := t.trace.Find(ctx, text, from+1, n)
	if err != nil {
		return nil, public(err)
	}
	return loadAll(ctx, t.trace, numbers)
}

// Gaps say what is missing of the trace.
func (t *Trace) Gaps() []string {
	list := []string{}
	for _, g := range t.trace.Gaps() {
		list = append(list, fmt.Sprintf("after step %d: %s", g.After, g.Why))
	}
	return list
}

// WhyValue follows values back.
func (t *Trace) WhyValue(ctx context.Context, step int, variable *string, limit *int) (*Chain, error) {
	n, most, err := chainSize(step, limit)
	if err != nil {
		return nil, err
	}
	name := ""
	if variable != nil {
		name = *variable
	}
	a, err := t.trace.WhyValue(ctx, n, name, most)
	if err != nil {
		return nil, public(err)
	}
	return t.chain(a), nil
}

// WhyStep follows back what decided that a step runs.
func (t *Trace) WhyStep(ctx context.Context, step int, limit *int) (*Chain, error) {
	n, most, err := chainSize(step, limit)
	if err != nil {
		return nil, err
	}
	a, err := t.trace.WhyStep(ctx, n, most)
	if err != nil {
		return nil, public(err)
	}
	return t.chain(a), nil
}

func (t *Trace) chain(a *relations.Answer) *Chain {
	c := &Chain{More: a.More, Links: []*Link{}}
	for _, l := range a.Links {
		c.Links = append(c.Links, &Link{
			Node: &TraceNode{t.trace, l.Step}, Depth: l.Depth, From: int(l.From), Reason: l.Reason, Variable: l.Name, Value: l.Value,
		})
	}
	return c
}

var verdicts = map[Verdict]relations.Verdict{
	VerdictRight: relations.Right, VerdictWrongValue: relations.WrongValue, VerdictShouldNotRun: relations.ShouldNotRun,
	VerdictShouldHaveRun: relations.LeftOut, VerdictCannotTell: relations.CannotTell,
}

// maxFeedback limits the verdicts of one question.
const maxFeedback = 200

// Suspect says where to look next.
func (t *Trace) Suspect(ctx context.Context, feedback []*Feedback) (*Suspicion, error) {
	if len(feedback) > maxFeedback {
		return nil, refuse("feedback has %d verdicts; the most are %d", len(feedback), maxFeedback)
	}
	var said []relations.Feedback
	for _, f := range feedback {
		n, err := natural("step", f.Step)
		if err != nil {
			return nil, err
		}
		x := relations.Feedback{Step: n, Verdict: verdicts[f.Verdict]}
		if f.Variable != nil {
			x.Variable = *f.Variable
		}
		said = append(said, x)
	}
	s, err := t.trace.Suspect(ctx, said)
	if err != nil {
		return nil, public(err)
	}
	return &Suspicion{Node: &TraceNode{t.trace, s.Step}, Found: s.Found, Reason: s.Reason, Variable: s.Variable}, nil
}

// Run is a run.
type Run struct{ run *relations.Run }

// ID is the store's number.
func (r *Run) ID() *int {
	n := int(r.run.Number)
	return &n
}

// Threads are the run's traces.
func (r *Run) Threads(ctx context.Context) ([]*Trace, error) {
	list := []*Trace{}
	for i := range r.run.Traces {
		if i == maxPage {
			break
		}
		t, err := r.run.Trace(ctx, r.run.Traces[i].Number)
		if err != nil {
			return nil, public(err)
		}
		list = append(list, &Trace{t})
	}
	return list, nil
}

// Trace is one of the run's traces.
func (r *Run) Trace(ctx context.Context, number int) (*Trace, error) {
	n, err := natural("number", number)
	if err != nil {
		return nil, err
	}
	t, err := r.run.Trace(ctx, n)
	if err != nil {
		return nil, public(err)
	}
	return &Trace{t}, nil
}

// CreatedAt is when the process began.
func (r *Run) CreatedAt() *time.Time { return &r.run.CreatedAt }

// EndedAt is when the recording ended.
func (r *Run) EndedAt() *time.Time {
	if r.run.EndedAt.IsZero() {
		return nil
	}
	return &r.run.EndedAt
}

// ProjectName is the module's path.
func (r *Run) ProjectName() *string { return &r.run.ProjectName }

// ProjectVersion is the module's version.
func (r *Run) ProjectVersion() *string { return &r.run.ProjectVersion }

// LaunchMethod is main, test, benchmark, request or first-hit.
func (r *Run) LaunchMethod() *string { return &r.run.LaunchMethod }

// LaunchClass is the main package's path, or a test's name.
func (r *Run) LaunchClass() *string { return &r.run.LaunchClass }

// RunID is the run's own id.
func (r *Run) RunID() string { return r.run.RunID }

// Commit is that of the build.
func (r *Run) Commit() string { return r.run.Commit }

// GoVersion is that of the build.
func (r *Run) GoVersion() string { return r.run.GoVersion }

// Values reports whether values were recorded.
func (r *Run) Values() bool { return r.run.Values }

// Pinned reports whether retention leaves it alone.
func (r *Run) Pinned() bool { return r.run.Pinned }

// Count is how many steps it has.
func (r *Run) Count() int { return int(r.run.Steps) }

// Problems say what is missing or damaged.
func (r *Run) Problems() []string { return append([]string{}, r.run.Problems...) }

// WhyNot says why a line did not run.
func (r *Run) WhyNot(ctx context.Context, file string, line int) (*WhyNot, error) {
	w, err := r.run.WhyNot(ctx, file, line)
	if err != nil {
		return nil, public(err)
	}
	answer := &WhyNot{File: w.File, Line: w.Line, Function: w.Function, Ran: w.Ran, Entered: w.Entered, Reason: w.Reason, Total: w.Total, Decided: []*TraceNode{}}
	for i := range w.Decided {
		t, err := r.run.Trace(ctx, w.Decided[i].Trace)
		if err != nil {
			return nil, public(err)
		}
		answer.Decided = append(answer.Decided, &TraceNode{t, &w.Decided[i]})
	}
	return answer, nil
}

// Trace is the trace that the step is in.
func (n *TraceNode) Trace() *Trace { return &Trace{n.trace} }
