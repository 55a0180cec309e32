package trace

import (
	"errors"
	"sync"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Sink is a connection to a store for segments. The tracer opens it and hands it to
// each recorder. Several goroutines may call its methods at once.
type Sink interface {
	// Write takes a segment. It does not keep the events' bytes. If it returns an
	// error the segment is lost, and the recorder notes that in the next one.
	Write(head wire.Head, events []byte) error
	// Close ends the connection once all accepted segments are stored. Later writes
	// are refused.
	Close() error
}

// ErrClosed says that a recording has ended.
var ErrClosed = errors.New("the recording has ended")

// Memory is a Sink that keeps segments in memory.
type Memory struct {
	mu       sync.Mutex
	segments []byte
	closed   bool
}

// Write implements Sink.
func (m *Memory) Write(head wire.Head, events []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.segments = wire.AppendSegment(m.segments, head, events)
	return nil
}

// Close implements Sink.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Segments returns all segments, one after the other.
func (m *Memory) Segments() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.segments
}
