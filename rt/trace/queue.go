package trace

import (
	"errors"
	"sync"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// errFull says that a segment was dropped because the sink is slower than the
// program.
var errFull = errors.New("the sink is slower than the program")

// Dropping is a Sink in front of another one, and no goroutine waits for it. It
// holds a limited number of bytes of segments, and drops segments beyond that.
type Dropping struct {
	sink  Sink
	limit int

	mu     sync.Mutex
	more   *sync.Cond
	queue  []queued
	bytes  int
	closed bool
	done   chan struct{}
}

type queued struct {
	head   wire.Head
	events []byte
}

// NewDropping starts a goroutine that writes to sink.
func NewDropping(sink Sink, limit int) *Dropping {
	d := &Dropping{sink: sink, limit: limit, done: make(chan struct{})}
	d.more = sync.NewCond(&d.mu)
	go d.run()
	return d
}

// Write implements Sink.
func (d *Dropping) Write(head wire.Head, events []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	if d.bytes > 0 && d.bytes+len(events) > d.limit {
		return errFull
	}
	d.queue = append(d.queue, queued{head, append([]byte(nil), events...)})
	d.bytes += len(events)
	d.more.Signal()
	return nil
}

func (d *Dropping) run() {
	defer close(d.done)
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		for len(d.queue) == 0 {
			if d.closed {
				return
			}
			d.more.Wait()
		}
		q := d.queue[0]
		d.queue = d.queue[1:]
		d.mu.Unlock()
		_ = d.sink.Write(q.head, q.events) // the sink reports the error, and the numbers of the segments show the gap
		d.mu.Lock()
		d.bytes -= len(q.events)
	}
}

// Close implements Sink. It waits until the accepted segments are written.
func (d *Dropping) Close() error {
	d.mu.Lock()
	d.closed = true
	d.more.Signal()
	d.mu.Unlock()
	<-d.done
	return d.sink.Close()
}
