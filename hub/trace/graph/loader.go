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
