package rt

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/goat-trace/goat/rt/manifest"
)

// Exact counts stay as they are when points are armed again; what has been counted
// since is said once.
func TestRearmExactCounts(t *testing.T) {
	const n, shards, stride = 3, 2, 10
	var words [shards * stride]atomic.Uint64
	p := simple("example.com/m/exact", 0, 0, 0)
	r := &registration{counters: counters{n: n, counts: &words[0], shards: shards, stride: stride}, meta: string(manifest.AppendPackage(nil, p.Package))}
	d := r.decode()
	words[0].Add(5)
	words[stride+1].Add(7)
	again := func() (list []int) {
		for i := range n {
			if d.again(i) {
				list = append(list, i)
			}
		}
		return list
	}
	d.rearm()
	if got := again(); got != nil {
		t.Errorf("got %v again at once, want nothing", got)
	}
	words[1].Add(1)
	words[2].Add(1) // its first
	if got := again(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v again, want point 1", got)
	}
	if got := again(); got != nil {
		t.Errorf("got %v once more, want nothing", got)
	}
	if got := d.appendCounts(nil, 0, n); !slices.Equal(got, []uint64{5, 8, 1}) {
		t.Errorf("got counts %v, want 5, 8, 1", got)
	}
}
