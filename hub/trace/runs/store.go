package runs

import (
	"context"
	"iter"
	"time"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Run is what a store knows of a run.
type Run struct {
	Number      int64  // counted by the store, from 1
	ID          string // 32 hexadecimal digits
	Description []byte // run.json as the recorder sent it; not in lists
	Project     string
	Version     string
	Commit      string
	Method      string // launchMethod
	Class       string // launchClass
	Created     time.Time
	Ended       time.Time // zero while nobody has said that it ended
	Heard       time.Time // when something of it arrived last
	Traces      int
	Steps       uint64
	Segments    int64
	Raw         int64 // bytes of its events
	Packed      int64 // bytes that they take
	Pinned      bool
	Rows        RowState
}

// live is how long a run counts as recorded after something of it has arrived.
const live = 10 * time.Minute

// Live reports whether a run is still recorded, as far as is known.
func (r *Run) Live(now time.Time) bool { return r.Ended.IsZero() && now.Sub(r.Heard) < live }

// RowState says whether a run is also kept as rows.
type RowState int

// The states.
const (
	RowsPending RowState = iota // nobody has looked
	RowsKept
	RowsTooMany // it has more steps than the limit
)

// Announcement is a run's description, checked.
type Announcement struct {
	Run    Run // without numbers and counts
	Tables []string
	// Accept is called with the description that is there. It returns whether the
	// new one replaces it, and an error if the two are not of the same run.
	Accept func(old []byte) (bool, error)
}

// Segment is a segment as it is stored.
type Segment struct {
	Head    wire.Head
	Entry   []byte // of the index; empty if it is not computed
	Content []byte // packed events; nil in lists
}

// Trace is the steps of one goroutine in a run.
type Trace struct {
	Number    uint64
	Goroutine uint64
	Steps     uint64
	Segments  int
	Bytes     int64
	Started   int64 // Unix nanoseconds
}

// Filter chooses runs.
type Filter struct {
	Project string // "" for all
	Before  int64  // only runs with a smaller number; 0 for all
	Limit   int    // 0 for all
	Pending bool   // only runs of which nobody has looked whether they are kept as rows
}

// Store keeps runs. When a method that writes returns nil, what it wrote is on
// disk. All methods may be called at once, also by several processes.
type Store interface {
	// Announce adds a run or replaces its description, and returns the tables that
	// are missing. Its error is fleet.Deleted if the run was deleted.
	Announce(ctx context.Context, a *Announcement) (run Run, missing []string, err error)
	// Find finds a run by its id, its number, or the beginning of its id. Its error is fleet.UnknownRun, or
	// fleet.Deleted if the run was deleted.
	Find(ctx context.Context, ref string) (Run, error)
	// List returns runs, the newest first.
	List(ctx context.Context, f Filter) ([]Run, error)
	// Pin pins a run, or no longer.
	Pin(ctx context.Context, run int64, pinned bool) error

	// HasTable reports whether there is such a table.
	HasTable(ctx context.Context, digest string) (bool, error)
	// Tables returns the digests of those of a run's tables that are there.
	Tables(ctx context.Context, run int64) ([]string, error)
	// AddTable adds a table. If it is there, nothing changes.
	AddTable(ctx context.Context, digest string, content []byte) error
	// Table returns a table's bytes; fleet.NotFound if there is none.
	Table(ctx context.Context, digest string) ([]byte, error)

	// AddSegment adds a segment, and reports false if the run has one with its
	// number already.
	AddSegment(ctx context.Context, run int64, s *Segment) (bool, error)
	// Segments returns the heads of a run's segments, by trace and number.
	Segments(ctx context.Context, run int64) ([]Segment, error)
	// Traces returns a run's traces, by number.
	Traces(ctx context.Context, run int64) ([]Trace, error)
	// Index returns the heads and index entries of a trace's segments whose numbers
	// are above after, by number.
	Index(ctx context.Context, run int64, trace, after uint64) ([]Segment, error)
	// Unindexed returns runs that have segments without index entries.
	Unindexed(ctx context.Context) ([]Run, error)
	// PutEntry keeps the index entry of a segment.
	PutEntry(ctx context.Context, run int64, trace, number uint64, entry []byte) error
	// Read returns segments of a trace with their content, in any order.
	Read(ctx context.Context, run int64, trace uint64, numbers []uint64) ([]Segment, error)
	// Content returns a segment's packed events; fleet.NotFound if there is none.
	Content(ctx context.Context, run int64, trace, number uint64) ([]byte, error)

	// PutRows replaces a run's rows. state is what the run's Rows becomes. If rows
	// is nil, there are none.
	PutRows(ctx context.Context, run int64, state RowState, rows iter.Seq[Row]) error

	// Doom makes a run invisible: for all callers it is deleted.
	Doom(ctx context.Context, run int64) error
	// Doomed returns the numbers of runs that are not removed to their end.
	Doomed(ctx context.Context) ([]int64, error)
	// Remove removes everything of a doomed run.
	Remove(ctx context.Context, run int64) error
	// Sweep removes tables that no run has had for a day, forgets the ids of runs
	// that were deleted long ago, and removes what is left of removed bytes from
	// the files as far as the engine can.
	Sweep(ctx context.Context) error
}
