package graph

import (
	"context"
	"time"

	"github.com/vikstrous/dataloadgen"

	"github.com/goat-trace/goat/hub/trace/relations"
)

// A query asks for steps one by one, in many places at once. The loader collects
// them for a moment and asks the store for all of them together.

// key names a step.
type key struct {
	trace *relations.Trace
	step  uint64
}

type loader = dataloadgen.Loader[key, *TraceNode]

type loaderKey struct{}

// withLoaders gives a query a loader of its own.
func withLoaders(ctx context.Context) context.Context {
	return context.WithValue(ctx, loaderKey{}, dataloadgen.NewLoader(fetch, dataloadgen.WithWait(2*time.Millisecond), dataloadgen.WithBatchCapacity(10*maxPage)))
}

// fetch loads steps, those of a trace together.
func fetch(ctx context.Context, keys []key) ([]*TraceNode, []error) {
	nodes, errs := make([]*TraceNode, len(keys)), make([]error, len(keys))
	byTrace := make(map[*relations.Trace][]int)
	var order []*relations.Trace
	for i, k := range keys {
		if byTrace[k.trace] == nil {
			order = append(order, k.trace)
		}
		byTrace[k.trace] = append(byTrace[k.trace], i)
	}
	for _, t := range order {
		places := byTrace[t]
		numbers := make([]uint64, 0, len(places))
		for _, i := range places {
			numbers = append(numbers, keys[i].step)
		}
		list, err := t.StepsAt(ctx, numbers)
		if err != nil { // one of them is missing
			for _, i := range places {
				s, err := t.Step(ctx, keys[i].step)
				if errs[i] = public(err); err == nil {
					nodes[i] = &TraceNode{t, s}
				}
			}
			continue
		}
		for n, i := range places {
			nodes[i] = &TraceNode{t, &list[n]}
		}
	}
	return nodes, errs
}

// load returns a step, nil for number 0.
func load(ctx context.Context, t *relations.Trace, step uint64) (*TraceNode, error) {
	if step == 0 {
		return nil, nil
	}
	return ctx.Value(loaderKey{}).(*loader).Load(ctx, key{t, step})
}

// loadAll returns several steps.
func loadAll(ctx context.Context, t *relations.Trace, steps []uint64) ([]*TraceNode, error) {
	keys := make([]key, len(steps))
	for i, s := range steps {
		keys[i] = key{t, s}
	}
	if len(keys) == 0 {
		return []*TraceNode{}, nil
	}
	return ctx.Value(loaderKey{}).(*loader).LoadAll(ctx, keys)
}

// The steps that hang together with it are loaded together with those of the other
// steps that are asked for at the same time.

// ControlDominator is the step that decided that this one runs.
func (n *TraceNode) ControlDominator(ctx context.Context) (*TraceNode, error) {
	return load(ctx, n.trace, n.step.ControlDominator)
}

// StepIn is the next step.
func (n *TraceNode) StepIn(ctx context.Context) (*TraceNode, error) {
	return load(ctx, n.trace, n.step.StepIn)
}

// StepOver is the next step of the same call.
func (n *TraceNode) StepOver(ctx context.Context) (*TraceNode, error) {
	return load(ctx, n.trace, n.step.StepOver)
}

// InvocationParent is the step that made the call.
func (n *TraceNode) InvocationParent(ctx context.Context) (*TraceNode, error) {
	return load(ctx, n.trace, n.step.InvocationParent)
}

// ReadBy are the steps that read what this step has written; if it reads the
// variable itself, those that read the same value.
func (v *Var) ReadBy(ctx context.Context) ([]*TraceNode, error) {
	numbers, err := v.node.trace.ReadBy(ctx, v.node.step, v.access, v.written, maxReaders)
	if err != nil {
		return nil, public(err)
	}
	return loadAll(ctx, v.node.trace, numbers)
}

// WrittenBy is the step that wrote it, in a list as the specification has it.
func (v *Var) WrittenBy(ctx context.Context) ([]*TraceNode, error) {
	n, err := load(ctx, v.node.trace, v.access.Step)
	if n == nil || err != nil {
		return []*TraceNode{}, err
	}
	return []*TraceNode{n}, nil
}

// maxReaders limits the steps of one readBy.
const maxReaders = 100
