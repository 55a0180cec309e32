package trace

import (
	"context"
	"errors"

	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Run is what a store knows of a run.
type Run struct {
	steps.Description
	Number int64 // the store's own, from 1; Run.id of the schema
	Pinned bool  // retention leaves it alone
	Traces int
	Steps  uint64
	Bytes  int64 // of the segments' events
	// Problems say what of the run is missing or damaged. Everything else is there.
	Problems []string
}

// Trace is the steps of one goroutine in a run.
type Trace struct {
	Run       string // the run's id
	Number    uint64
	Goroutine uint64
	Steps     uint64
	Segments  int
	Bytes     int64
	Started   int64 // Unix nanoseconds
}

// IsMain reports whether it is the main goroutine's trace.
func (t Trace) IsMain() bool { return t.Goroutine == 1 }

// Query chooses runs.
type Query struct {
	Project string // import path of the main package or module; "" for all
	Before  int64  // numbers below this one alone; 0 for all
	Limit   int    // 0 for 100
}

// Segment is one segment with its events.
type Segment struct {
	Head   wire.Head
	Events []byte
}

// ErrNotFound says that a store does not have the run, trace or segment that was
// asked for.
var ErrNotFound = errors.New("it is not in the store")

// Reader is what relations, pages and GraphQL need of a store. Each method is one
// question to the store, whatever the number of things that it asks for. All
// methods may be called by several goroutines at once.
type Reader interface {
	// Runs returns runs, the newest first.
	Runs(ctx context.Context, q Query) ([]Run, error)
	// Run returns the run with an id, with a number, or whose id alone begins with
	// the name. Without one, or with several, the error wraps ErrNotFound and says so.
	Run(ctx context.Context, name string) (Run, error)
	// Tables returns the tables of a run's packages, by digest. A table that the
	// store does not have is not in the answer.
	Tables(ctx context.Context, run string) (map[string]*steps.Table, error)
	// Traces returns a run's traces, by number.
	Traces(ctx context.Context, run string) ([]Trace, error)
	// Index returns the index entries of a trace's segments whose numbers are above
	// after, by number.
	Index(ctx context.Context, run string, trace, after uint64) ([]*Entry, error)
	// Segments returns segments of a trace by their numbers, in this order. A
	// segment that is missing or damaged has no events.
	Segments(ctx context.Context, run string, trace uint64, numbers []uint64) ([]Segment, error)
}
