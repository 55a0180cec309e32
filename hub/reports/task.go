package reports

import (
	"context"
	"sync"
	"time"
)

// Progress is the progress of a report.
type Progress struct {
	Phase string    `json:"phase"`
	Done  int       `json:"done"` // of Of; both are 0 while that is not known
	Of    int       `json:"of"`
	Since time.Time `json:"since"` // when it began
}

// Percent is the finished part, 0 to 100.
func (p *Progress) Percent() int {
	if p.Of == 0 {
		return 0
	}
	return 100 * p.Done / p.Of
}

// task makes one report for everybody who asks for it in the meantime.
type task struct {
	done   chan struct{} // closed when result or err is set
	result *Result
	err    error

	mu       sync.Mutex
	progress Progress
}

func (t *task) phase(text string, of int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Phase, t.progress.Done, t.progress.Of = text, 0, of
}

func (t *task) step() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Done = min(t.progress.Done+1, t.progress.Of)
}

// wait returns the report, or its progress if it takes longer.
func (t *task) wait(ctx context.Context, wait time.Duration) (*Result, *Progress, error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-t.done:
		return t.result, nil, t.err
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-timer.C:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress
	return nil, &p, nil
}

// life is how long tasks may run: until the hub ends.
type life struct {
	ctx  context.Context
	stop context.CancelFunc
	all  sync.WaitGroup
}

func newLife() *life {
	l := &life{}
	l.ctx, l.stop = context.WithCancel(context.Background())
	return l
}

// end ends all tasks and waits for them.
func (l *life) end() {
	l.stop()
	l.all.Wait()
}
