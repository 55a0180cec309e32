package rt

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// This is the only test that uses the program's own registry: it tests
// registration, the observer and its end, and late registration, with the time
// of a synctest bubble.
func TestObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var told []string
		listen := func(name string) func(Point) {
			return func(p Point) {
				Snapshot() // f may call this package
				mu.Lock()
				defer mu.Unlock()
				told = append(told, fmt.Sprintf("%s: %d %s %d after %v", name, p.ID, p.Package, p.Count, time.Since(p.FirstHit) < ObserveInterval))
			}
		}
		expect := func(what string, want ...string) {
			t.Helper()
			mu.Lock()
			defer mu.Unlock()
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
			told = nil
		}

		first := simple("example.com/m/p", 0, 1)
		first.register()
		registerFlags(nil, 1, "")
		registerFlags(&first.counts[0], 0, "")
		if points := Snapshot(); len(points) != 2 || points[1].Count != 1 || !points[1].FirstHit.IsZero() {
			t.Errorf("got %v, want two points, the second hit at a time nobody knows", points)
		}

		unchanged := Read()
		if again := Read(); &again.counts[0] != &unchanged.counts[0] {
			t.Error("got another copy of the same counts, want readings without a change to share their memory")
		}

		OnFirstHit(nil)
		OnFirstHit(listen("a"))
		synctest.Wait()
		expect("hit before", "a: 2 example.com/m/p 1 after false")

		time.Sleep(10*time.Minute + ObserveInterval/2) // so that the observer does not wake at the same time
		atomic.StoreUint32(&first.counts[0], 1)
		at := time.Now()
		synctest.Wait()
		expect("before the next look")
		time.Sleep(ObserveInterval)
		synctest.Wait()
		expect("hit now", "a: 1 example.com/m/p 1 after true")
		if now := Read(); now.Digest(Query{}) == unchanged.Digest(Query{}) || now.Components()[0].Covered != 2 || unchanged.Components()[0].Covered != 1 {
			t.Errorf("got %d covered after the hit and %d before it, want 2 and 1, and another digest", now.Components()[0].Covered, unchanged.Components()[0].Covered)
		}
		if late := Snapshot()[0].FirstHit.Sub(at); late < 0 || late > ObserveInterval {
			t.Errorf("got a first hit %v late, want at most %v", late, ObserveInterval)
		}

		OnFirstHit(listen("b"))
		synctest.Wait()
		expect("a late listener is told all", "b: 2 example.com/m/p 1 after false", "b: 1 example.com/m/p 1 after true")

		plugin := simple("example.com/m/a", 0)
		plugin.register()
		atomic.StoreUint32(&plugin.counts[0], 1)
		time.Sleep(2 * ObserveInterval)
		expect("a plugin renumbers", "a: 1 example.com/m/a 1 after true", "b: 1 example.com/m/a 1 after true")
		// The bubble ends when the observer has ended, because all points were
		// hit.
	})
}

func TestConcurrentRegistration(t *testing.T) {
	var wg sync.WaitGroup
	before := len(Snapshot())
	for i := range 50 {
		wg.Go(func() {
			p := simple(fmt.Sprintf("example.com/concurrent/%d", i), 1)
			p.register()
			Read()
		})
	}
	wg.Wait()
	if got := len(Snapshot()) - before; got != 50 {
		t.Errorf("got %d new points, want 50", got)
	}
}
