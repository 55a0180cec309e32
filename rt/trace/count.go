package trace

import (
	"strconv"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// CountFile is the file, in a run's folder, that a Counter writes.
const CountFile = "counted.json"

// Counter is a Sink that keeps no segment. It counts what a recording would hold,
// and writes that to a file once a second and at the end.
type Counter struct {
	folder *Folder

	mu                   sync.Mutex
	steps, bytes, traces uint64
	written              time.Time
	closed               bool
}

// NewCounter returns a counter that writes into a run's folder.
func NewCounter(folder *Folder) *Counter { return &Counter{folder: folder} }

// Write implements Sink.
func (c *Counter) Write(head wire.Head, events []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	c.steps += head.Steps
	c.bytes += wire.HeadSize + uint64(len(events))
	c.traces = max(c.traces, head.Trace) // they are numbered from 1
	if now := time.Now(); now.Sub(c.written) > time.Second {
		c.written = now
		return c.put()
	}
	return nil
}

// put writes the file; it is called with the lock held.
func (c *Counter) put() error {
	b := strconv.AppendUint([]byte(`{"steps": `), c.steps, 10)
	b = strconv.AppendUint(append(b, `, "bytes": `...), c.bytes, 10)
	b = strconv.AppendUint(append(b, `, "goroutines": `...), c.traces, 10)
	b = strconv.AppendBool(append(b, `, "ended": `...), c.closed)
	return c.folder.Put(CountFile, append(b, "}\n"...))
}

// Close implements Sink.
func (c *Counter) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	err := c.put()
	if closed := c.folder.Close(); err == nil {
		err = closed
	}
	return err
}
