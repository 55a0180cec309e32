package rt

import "time"

// Hits are points in the order in which they were seen hit.
type Hits struct {
	// Generation changes when the ids do, as with a plugin that is loaded. What was
	// said of another one is about other points.
	Generation int
	From       int             // how many hits are before these
	IDs        []int           // of points
	Ages       []time.Duration // how long ago each was seen; 0 where nobody knows
}

// HitsAfter looks which points have been hit and returns those after the first n
// of a generation; of another generation, all. It costs about a nanosecond for
// each point that has not been hit.
func HitsAfter(generation, n int) Hits {
	state.mu.Lock()
	defer state.mu.Unlock()
	return hitsAfter(generation, n)
}

// TryHitsAfter is HitsAfter for the program's last moments: it does not wait, and
// ok is false when another goroutine is reading.
func TryHitsAfter(generation, n int) (h Hits, ok bool) {
	if !state.mu.TryLock() {
		return h, false
	}
	defer state.mu.Unlock()
	return hitsAfter(generation, n), true
}

// hitsAfter needs state.mu.
func hitsAfter(generation, n int) Hits {
	c := currentCatalog()
	observe(c)
	h := Hits{Generation: c.generation}
	if generation == c.generation {
		h.From = min(max(n, 0), len(state.hits))
	}
	fresh := state.hits[h.From:]
	if len(fresh) == 0 {
		return h
	}
	bases := make(map[*decoded]int, len(c.packages))
	for _, p := range c.packages {
		bases[p.decoded] = p.base
	}
	now := time.Since(began)
	h.IDs, h.Ages = make([]int, 0, len(fresh)), make([]time.Duration, 0, len(fresh))
	for _, hit := range fresh {
		age := time.Duration(0)
		if hit.at != noTime {
			age = now - hit.at
		}
		h.IDs, h.Ages = append(h.IDs, bases[hit.pkg]+hit.index+1), append(h.Ages, age)
	}
	return h
}

// AllHit reports whether every point of the program has been hit. It costs what
// HitsAfter does.
func AllHit() bool {
	state.mu.Lock()
	defer state.mu.Unlock()
	return observe(currentCatalog()) == 0
}

// Age is how long the process has been running.
func Age() time.Duration { return time.Since(began) }
