package judge

import (
	"context"
	"strings"
	"sync"

	"github.com/goat-trace/goat/hub/fleet"
)

// tests remembers for a list of test runs which of them ran each point. Test runs
// never change.
type tests struct {
	fleet *fleet.Fleet
	mu    sync.Mutex
	known map[string]map[string][]int32 // by the runs' ids
}

// mostLists is how many lists are remembered; then all are dropped.
const mostLists = 32

func newTests(f *fleet.Fleet) *tests {
	return &tests{fleet: f, known: map[string]map[string][]int32{}}
}

// ran returns the indexes of the runs that ran each point, by stable id.
func (t *tests) ran(ctx context.Context, runs []fleet.TestRun) (map[string][]int32, error) {
	var key strings.Builder
	for i := range runs {
		key.WriteString(runs[i].ID)
	}
	t.mu.Lock()
	known, ok := t.known[key.String()]
	t.mu.Unlock()
	if ok {
		return known, nil
	}
	known = map[string][]int32{}
	for i := range runs {
		ids, err := t.fleet.TestHits(ctx, runs[i].ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			known[id] = append(known[id], int32(i))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= mostLists {
		clear(t.known)
	}
	t.known[key.String()] = known
	return known, nil
}
