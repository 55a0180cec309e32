package folder

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
)

// Store is a directory of runs.
type Store struct {
	dir string

	mu   sync.Mutex
	runs map[string]*opened // by folder
}

var _ trace.Reader = (*Store)(nil)

// opened is a run's folder that has been read.
type opened struct {
	run       *steps.Run
	functions *steps.Functions

	mu      sync.Mutex
	entries map[uint64][]*trace.Entry // by trace
}

// Open returns the runs in a directory, or the one run whose folder it is.
func Open(dir string) (*Store, error) {
	if _, err := steps.List(dir); err != nil {
		return nil, fmt.Errorf("opening %s: %w", dir, err)
	}
	return &Store{dir: dir, runs: make(map[string]*opened)}, nil
}

// open reads a run's folder once. A run that was still being written is read again
// when it has grown.
func (s *Store) open(dir string) (*opened, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.runs[dir]; o != nil && !o.run.EndedAt.IsZero() {
		return o, nil
	}
	r, err := steps.Open(dir)
	if err != nil {
		return nil, err
	}
	o := &opened{run: r, functions: r.Functions(), entries: make(map[uint64][]*trace.Entry)}
	if old := s.runs[dir]; old != nil { // segments do not change
		old.mu.Lock()
		o.entries = old.entries
		old.mu.Unlock()
	}
	if len(s.runs) >= 20 {
		clear(s.runs)
	}
	s.runs[dir] = o
	return o, nil
}

// Runs implements trace.Reader. A run's number is its place in the order of the runs.
func (s *Store) Runs(_ context.Context, q trace.Query) ([]trace.Run, error) {
	dirs, err := steps.List(s.dir)
	if err != nil {
		return nil, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	var runs []trace.Run
	for i := len(dirs) - 1; i >= 0 && len(runs) < limit; i-- {
		number := int64(i + 1)
		if q.Before > 0 && number >= q.Before {
			continue
		}
		o, err := s.open(dirs[i])
		if err != nil {
			runs = append(runs, trace.Run{Number: number, Problems: []string{err.Error()}, Description: steps.Description{RunID: filepath.Base(dirs[i])}})
			continue
		}
		if q.Project != "" && o.run.ProjectName != q.Project && o.run.LaunchClass != q.Project {
			continue
		}
		runs = append(runs, o.describe(number))
	}
	return runs, nil
}

func (o *opened) describe(number int64) trace.Run {
	r := trace.Run{Description: o.run.Description, Number: number, Traces: len(o.run.Traces), Problems: o.run.Problems}
	for _, t := range o.run.Traces {
		r.Steps += t.Steps
		r.Bytes += t.Bytes
	}
	return r
}

// find returns the folder of a run and its number.
func (s *Store) find(name string) (*opened, int64, error) {
	dirs, err := steps.List(s.dir)
	if err != nil {
		return nil, 0, err
	}
	if n, err := strconv.Atoi(name); err == nil && len(name) < 8 && n >= 1 && n <= len(dirs) {
		o, err := s.open(dirs[n-1])
		return o, int64(n), err
	}
	var found []int
	for i, d := range dirs {
		if strings.HasPrefix(filepath.Base(d), name) && name != "" {
			found = append(found, i)
		}
	}
	if len(found) == 0 { // the folder may have another name than the run
		for i, d := range dirs {
			if o, err := s.open(d); err == nil && strings.HasPrefix(o.run.RunID, name) && name != "" {
				found = append(found, i)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, 0, fmt.Errorf("the run %q: %w; \"goat trace ls\" lists the runs", name, trace.ErrNotFound)
	case 1:
		o, err := s.open(dirs[found[0]])
		return o, int64(found[0] + 1), err
	}
	return nil, 0, fmt.Errorf("the run %q: %w: %d runs begin so; write more of the id", name, trace.ErrNotFound, len(found))
}

// Run implements trace.Reader.
func (s *Store) Run(_ context.Context, name string) (trace.Run, error) {
	o, number, err := s.find(name)
	if err != nil {
		return trace.Run{}, err
	}
	return o.describe(number), nil
}

// Tables implements trace.Reader.
func (s *Store) Tables(_ context.Context, run string) (map[string]*steps.Table, error) {
	o, _, err := s.find(run)
	if err != nil {
		return nil, err
	}
	return o.run.TablesOf(), nil
}

// Traces implements trace.Reader.
func (s *Store) Traces(_ context.Context, run string) ([]trace.Trace, error) {
	o, _, err := s.find(run)
	if err != nil {
		return nil, err
	}
	list := make([]trace.Trace, len(o.run.Traces))
	for i, t := range o.run.Traces {
		list[i] = trace.Trace{
			Run: o.run.RunID, Number: t.Number, Goroutine: t.Goroutine, Steps: t.Steps, Segments: t.Segments, Bytes: t.Bytes,
			Started: t.Started.UnixNano(),
		}
	}
	return list, nil
}

func (s *Store) trace(run string, number uint64) (*opened, *steps.Trace, error) {
	o, _, err := s.find(run)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range o.run.Traces {
		if t.Number == number {
			return o, t, nil
		}
	}
	return nil, nil, fmt.Errorf("trace %d of the run %.8s: %w; it has %d traces", number, o.run.RunID, trace.ErrNotFound, len(o.run.Traces))
}

// Index implements trace.Reader.
func (s *Store) Index(ctx context.Context, run string, number, after uint64) ([]*trace.Entry, error) {
	o, t, err := s.trace(run, number)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	heads := t.Heads()
	for i := len(o.entries[number]); i < len(heads); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		events, err := t.Segment(i)
		if err != nil {
			events = nil
		}
		o.entries[number] = append(o.entries[number], trace.NewEntry(trace.Segment{Head: heads[i], Events: events}, o.functions))
	}
	from, _ := slices.BinarySearchFunc(o.entries[number], after+1, func(e *trace.Entry, n uint64) int {
		if e.Number < n {
			return -1
		}
		return 1
	})
	return slices.Clone(o.entries[number][from:]), nil
}

// Segments implements trace.Reader.
func (s *Store) Segments(_ context.Context, run string, number uint64, numbers []uint64) ([]trace.Segment, error) {
	_, t, err := s.trace(run, number)
	if err != nil {
		return nil, err
	}
	heads := t.Heads()
	list := make([]trace.Segment, len(numbers))
	for i, n := range numbers {
		for j, h := range heads {
			if h.Number != n {
				continue
			}
			list[i].Head = h
			if events, err := t.Segment(j); err == nil {
				list[i].Events = events
			}
			break
		}
	}
	return list, nil
}
