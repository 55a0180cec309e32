package carry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Listed is a run in a list.
type Listed struct {
	Number  int64     `json:"number"`
	RunID   string    `json:"runId"`
	Project string    `json:"projectName"`
	Method  string    `json:"launchMethod"`
	Created time.Time `json:"createdAt"`
	Live    bool      `json:"live"`
	Pinned  bool      `json:"pinned"`
	Traces  int       `json:"traces"`
	Steps   uint64    `json:"steps"`
	Stored  int64     `json:"storedBytes"`
}

// Target is where runs are brought. A run is named by its id or its number. Several
// goroutines may call Segment at once.
type Target interface {
	// Announce announces a run and returns the tables that are missing, by digest.
	Announce(ctx context.Context, id string, document []byte) (missing []string, err error)
	Table(ctx context.Context, digest string, content []byte) error
	// Stored returns the ranges of segments that are there, by trace.
	Stored(ctx context.Context, id string) (map[uint64][][2]uint64, error)
	// Segment sends a segment, head included.
	Segment(ctx context.Context, id string, trace, number uint64, segment []byte) error
	// List returns up to limit runs, the newest first.
	List(ctx context.Context, limit int) ([]Listed, error)
	Pin(ctx context.Context, run string, pinned bool) error
	Remove(ctx context.Context, run string) error
}

// Folder brings the run in a folder to a target. progress is called with how many
// of its segments are there. notes say what of the folder could not be read.
func Folder(ctx context.Context, dir string, to Target, progress func(done, total int)) (notes []string, err error) {
	run, err := tracefile.Open(dir)
	if err != nil {
		return nil, err
	}
	document, err := run.Raw()
	if err != nil {
		return nil, fmt.Errorf("reading what describes the run: %w", err)
	}
	missing, err := to.Announce(ctx, run.RunID, document)
	if err != nil {
		return nil, err
	}
	notes = run.Problems
	for _, digest := range missing {
		content, err := run.RawTable(digest)
		if err == nil && tracefile.Digest(content) != digest {
			err = errors.New("its bytes are not those that it is named after")
		}
		if err != nil {
			continue // the folder's problems name it
		}
		if err := to.Table(ctx, digest, content); err != nil {
			return notes, err
		}
	}
	there, err := to.Stored(ctx, run.RunID)
	if err != nil {
		return notes, err
	}
	return notes, segments(ctx, run, to, there, progress)
}

// atOnce is how many segments are on their way.
const atOnce = 4

// segments sends the segments that are not there.
func segments(ctx context.Context, run *tracefile.Run, to Target, there map[uint64][][2]uint64, progress func(done, total int)) error {
	total := 0
	for _, t := range run.Traces {
		total += t.Segments
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var senders sync.WaitGroup
	queue := make(chan tracefile.Segment)
	for range atOnce {
		senders.Go(func() {
			for s := range queue {
				if err := to.Segment(ctx, run.RunID, s.Head.Trace, s.Head.Number, wire.AppendSegment(nil, s.Head, s.Events)); err != nil {
					stop(err)
				}
			}
		})
	}
	done := 0
	for s, err := range run.Segments() {
		if err != nil {
			stop(err)
		}
		if ctx.Err() != nil {
			break
		}
		if !within(there[s.Head.Trace], s.Head.Number) {
			queue <- s
		}
		done++
		progress(done, total)
	}
	close(queue)
	senders.Wait()
	return context.Cause(ctx)
}

func within(ranges [][2]uint64, n uint64) bool {
	for _, r := range ranges {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}
