package relations

import (
	"cmp"
	"container/list"
	"slices"
	"sync"

	"github.com/goat-trace/goat/hub/trace"
)

// cache keeps decoded segments, the ones used last, up to a number of bytes.
type cache struct {
	limit int

	mu    sync.Mutex
	size  int
	items map[place]*list.Element
	order *list.List // the one used last is in front
}

// place is a segment of a run.
type place struct {
	run           string
	trace, number uint64
}

// part is a segment in memory, with its bytes for its values.
type part struct {
	place
	*trace.Decoded
	segment trace.Segment
	size    int

	valuesOnce sync.Once
	values     []trace.Value
}

// allValues returns the segment's values by their steps. They are read when they are
// first asked for.
func (p *part) allValues() []trace.Value {
	p.valuesOnce.Do(func() {
		p.values = trace.Values(p.segment, p.Functions, func(v *trace.Value) bool { return !v.Result })
		slices.SortStableFunc(p.values, func(a, b trace.Value) int { return cmp.Compare(a.Step, b.Step) })
	})
	return p.values
}

func newCache(limit int) *cache {
	return &cache{limit: limit, items: make(map[place]*list.Element), order: list.New()}
}

func (c *cache) get(p place) *part {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.items[p]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*part)
}

func (c *cache) put(p *part) {
	p.size = p.Size() + len(p.segment.Events)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.items[p.place] != nil {
		return
	}
	c.items[p.place] = c.order.PushFront(p)
	c.size += p.size
	for c.size > c.limit && c.order.Len() > 1 {
		last := c.order.Back()
		old := c.order.Remove(last).(*part)
		delete(c.items, old.place)
		c.size -= old.size
	}
}
