package tracewalk

import (
	"context"
	"fmt"
	"sync/atomic"
)

// progress is how far a search is. The goroutine that searches writes it, and the one
// that shows it reads it.
type progress struct{ segment, of atomic.Int64 }

type progressKey struct{}

// report says how far a search is.
func report(ctx context.Context, segment, of int) {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		p.segment.Store(int64(segment))
		p.of.Store(int64(of))
	}
}

func (p *progress) String() string {
	return fmt.Sprintf("reading segment %d of %d … Esc stops", p.segment.Load(), p.of.Load())
}

// outcome is the end of a task.
type outcome struct {
	place place
	ok    bool
	panic any // what the task has panicked with
}

// run starts what may take long. The book is the task's until it has ended.
func run(ctx context.Context, find func(context.Context) (place, bool)) (<-chan outcome, *progress) {
	p := new(progress)
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			o.panic = recover()
			done <- o
		}()
		o.place, o.ok = find(context.WithValue(ctx, progressKey{}, p))
	}()
	return done, p
}
