package trace

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Source is a run that is not in a folder.
type Source struct {
	Description Description
	Heads       []wire.Head // of its whole segments, in any order
	// Table returns the bytes of a package's table.
	Table func(digest string) ([]byte, error)
	// Events returns the events of one of the segments. Walks of several goroutines
	// may call it at once.
	Events func(wire.Head) ([]byte, error)
}

// NewRun returns the run. What is wrong with a table is one of the run's problems.
func NewRun(s Source) (*Run, error) {
	r := &Run{Description: s.Description, events: s.Events}
	var err error
	if r.prefix, err = s.Description.Prefix(); err != nil {
		return nil, err
	}
	for _, p := range s.Description.Packages {
		data, err := s.Table(p.Table)
		if err != nil {
			r.problem("reading table %.80q: %v", p.Table, err)
			continue
		}
		t, err := DecodeTable(data)
		if err != nil {
			r.problem("table %.80q: %v", p.Table, err)
			continue
		}
		r.addTable(p.First, p.Functions, t)
	}
	for _, h := range s.Heads {
		r.addSegment(place{head: h})
	}
	r.sortSegments()
	return r, nil
}

// Digest is the name of a table: half of the SHA-256 of its bytes.
func Digest(table []byte) string { return digestOf(table) }

// Raw returns the bytes of the folder's RunFile.
func (r *Run) Raw() ([]byte, error) {
	return bounded.ReadFile(filepath.Join(r.Dir, RunFile), maxDescription)
}

// RawTable returns the bytes of one of the folder's tables.
func (r *Run) RawTable(digest string) ([]byte, error) {
	return bounded.ReadFile(filepath.Join(r.Dir, "tables", filepath.Base(digest)), maxTableFile)
}

// Segments goes through the folder's whole segments, trace by trace and in order.
// It ends after the first error.
func (r *Run) Segments() iter.Seq2[Segment, error] {
	return func(yield func(Segment, error) bool) {
		files := make(map[int]*os.File)
		defer func() {
			for _, f := range files {
				f.Close()
			}
		}()
		for _, t := range r.Traces {
			for _, p := range t.places {
				f := files[p.file]
				if f == nil {
					var err error
					if f, err = os.Open(r.files[p.file]); err != nil {
						yield(Segment{}, fmt.Errorf("opening a file of segments: %w", err))
						return
					}
					files[p.file] = f
				}
				events, err := p.read(f)
				if err != nil {
					err = fmt.Errorf("%s, at %d: %w", r.files[p.file], p.offset, err)
				}
				if !yield(Segment{p.head, events}, err) || err != nil {
					return
				}
			}
		}
	}
}

// Segment is a whole segment.
type Segment struct {
	Head   wire.Head
	Events []byte
}
