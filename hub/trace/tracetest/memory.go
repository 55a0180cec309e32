package tracetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
)

// Memory is a store of one run. Asked counts the questions that it was asked.
type Memory struct {
	run     trace.Run
	tables  map[string]*steps.Table
	traces  []trace.Trace
	entries map[uint64][]*trace.Entry
	parts   map[uint64][]trace.Segment
	Asked   atomic.Int64

	mu sync.Mutex // guards run
}

// Change changes the run while others read it.
func (m *Memory) Change(do func(r *trace.Run)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do(&m.run)
}

func (m *Memory) current() trace.Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.run
}

// ID is the run's.
const ID = "000102030405060708090a0b0c0d0e0f"

// NewMemory returns a store of one run with one package.
func NewMemory(table *steps.Table, traces ...[]trace.Segment) *Memory {
	m := &Memory{tables: map[string]*steps.Table{"t": table}, entries: map[uint64][]*trace.Entry{}, parts: map[uint64][]trace.Segment{}}
	m.run = trace.Run{Number: 1, Description: steps.Description{RunID: ID, Values: true, CreatedAt: time.Unix(1, 0), ProjectName: "p"}}
	m.run.Packages = append(m.run.Packages, struct {
		First     uint64 `json:"first"`
		Functions uint64 `json:"functions"`
		Table     string `json:"table"`
	}{0, uint64(len(table.Functions)), "t"})
	functions := steps.NewFunctions(m.run.Description, m.tables)
	for i, segments := range traces {
		n := uint64(i + 1)
		t := trace.Trace{Run: ID, Number: n, Goroutine: n, Segments: len(segments)}
		for _, s := range segments {
			e := trace.NewEntry(s, functions)
			b, err := e.MarshalBinary()
			if err != nil {
				panic(err)
			}
			var again trace.Entry
			if err := again.UnmarshalBinary(b); err != nil {
				panic(err)
			}
			m.entries[n] = append(m.entries[n], &again)
			t.Steps += s.Head.Steps
		}
		m.parts[n] = segments
		m.traces = append(m.traces, t)
	}
	return m
}

// Runs implements trace.Reader.
func (m *Memory) Runs(context.Context, trace.Query) ([]trace.Run, error) {
	m.Asked.Add(1)
	return []trace.Run{m.current()}, nil
}

// Run implements trace.Reader.
func (m *Memory) Run(_ context.Context, name string) (trace.Run, error) {
	m.Asked.Add(1)
	if name != "1" && name != ID {
		return trace.Run{}, fmt.Errorf("the run %q: %w", name, trace.ErrNotFound)
	}
	return m.current(), nil
}

// Tables implements trace.Reader.
func (m *Memory) Tables(context.Context, string) (map[string]*steps.Table, error) {
	m.Asked.Add(1)
	return m.tables, nil
}

// Traces implements trace.Reader.
func (m *Memory) Traces(context.Context, string) ([]trace.Trace, error) {
	m.Asked.Add(1)
	return m.traces, nil
}

// Index implements trace.Reader.
func (m *Memory) Index(_ context.Context, _ string, n, after uint64) ([]*trace.Entry, error) {
	m.Asked.Add(1)
	var list []*trace.Entry
	for _, e := range m.entries[n] {
		if e.Number > after {
			list = append(list, e)
		}
	}
	return list, nil
}

// Segments implements trace.Reader.
func (m *Memory) Segments(_ context.Context, _ string, n uint64, numbers []uint64) ([]trace.Segment, error) {
	m.Asked.Add(1)
	list := make([]trace.Segment, len(numbers))
	for i, number := range numbers {
		for _, s := range m.parts[n] {
			if s.Head.Number == number {
				list[i] = s
			}
		}
	}
	return list, nil
}
