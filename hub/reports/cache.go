package reports

import "container/list"

// cache keeps the most recently used reports, up to a number of bytes. Its callers
// make sure that only one of them uses it at a time.
type cache struct {
	order *list.List // of *Result, the last used first
	byAsk map[Ask]*list.Element
	bytes int
}

// mostBytes is how many bytes of reports are kept, by a lower estimate.
const mostBytes = 256 << 20

func newCache() *cache { return &cache{order: list.New(), byAsk: map[Ask]*list.Element{}} }

func (c *cache) get(a Ask) *Result {
	e := c.byAsk[a]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*Result)
}

func (c *cache) put(r *Result) {
	c.drop(r.Ask)
	c.byAsk[r.Ask] = c.order.PushFront(r)
	c.bytes += weight(r)
	for c.bytes > mostBytes && c.order.Len() > 1 {
		c.drop(c.order.Back().Value.(*Result).Ask)
	}
}

func (c *cache) drop(a Ask) {
	if e := c.byAsk[a]; e != nil {
		c.bytes -= weight(c.order.Remove(e).(*Result))
		delete(c.byAsk, a)
	}
}

// weight estimates what a report holds in memory: texts, and blocks of 32 bytes.
func weight(r *Result) int {
	n := 4096
	for i := range r.Profile.Files {
		n += 200 + 32*len(r.Profile.Files[i].Blocks)
	}
	if r.Full != nil {
		for i := range r.Full.Files {
			n += len(r.Full.Files[i].Text) + 100*len(r.Full.Files[i].Funcs)
		}
	}
	if r.Changes != nil {
		for i := range r.Changes.Files {
			n += len(r.Changes.Files[i].Text) + 100*len(r.Changes.Files[i].Lines)
		}
	}
	return n
}
