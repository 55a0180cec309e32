package review

import (
	"context"
	"sync"
)

// watches are the releases that readers look at.
type watches struct {
	ctx  context.Context
	stop context.CancelFunc
	all  *sync.WaitGroup

	watching *sync.Mutex
	byID     map[string]*watch
	readers  *int
}

func newWatches() watches {
	w := watches{all: new(sync.WaitGroup), watching: new(sync.Mutex), byID: map[string]*watch{}, readers: new(int)}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

func (w *watches) close() {
	w.stop()
	w.all.Wait()
}

// watch asks for one release on behalf of all who look at it.
type watch struct {
	listeners map[chan struct{}]bool
	stop      context.CancelFunc
}
