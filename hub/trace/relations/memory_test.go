package relations

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
)

// memory is a store for the tests. It counts the questions that it is asked.
type memory struct {
	run     trace.Run
	tables  map[string]*steps.Table
	traces  []trace.Trace
	entries map[uint64][]*trace.Entry
	parts   map[uint64][]trace.Segment
	asked   atomic.Int64
}

const genID = "000102030405060708090a0b0c0d0e0f"

// newMemory returns a store of one run with one package.
func newMemory(table *steps.Table, traces ...[]trace.Segment) *memory {
	m := &memory{tables: map[string]*steps.Table{"t": table}, entries: map[uint64][]*trace.Entry{}, parts: map[uint64][]trace.Segment{}}
	m.run = trace.Run{Number: 1, Description: steps.Description{RunID: genID, Values: true, CreatedAt: time.Unix(1, 0), ProjectName: "p"}}
	m.run.Packages = append(m.run.Packages, struct {
		First     uint64 `json:"first"`
		Functions uint64 `json:"functions"`
		Table     string `json:"table"`
	}{0, uint64(len(table.Functions)), "t"})
	functions := steps.NewFunctions(m.run.Description, m.tables)
	for i, segments := range traces {
		n := uint64(i + 1)
		t := trace.Trace{Run: genID, Number: n, Goroutine: n, Segments: len(segments)}
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

func (m *memory) Runs(context.Context, trace.Query) ([]trace.Run, error) {
	m.asked.Add(1)
	return []trace.Run{m.run}, nil
}

func (m *memory) Run(_ context.Context, name string) (trace.Run, error) {
	m.asked.Add(1)
	if name != "1" && name != genID {
		return trace.Run{}, fmt.Errorf("the run %q: %w", name, trace.ErrNotFound)
	}
	return m.run, nil
}

func (m *memory) Tables(context.Context, string) (map[string]*steps.Table, error) {
	m.asked.Add(1)
	return m.tables, nil
}

func (m *memory) Traces(context.Context, string) ([]trace.Trace, error) {
	m.asked.Add(1)
	return m.traces, nil
}

func (m *memory) Index(_ context.Context, _ string, n, after uint64) ([]*trace.Entry, error) {
	m.asked.Add(1)
	var list []*trace.Entry
	for _, e := range m.entries[n] {
		if e.Number > after {
			list = append(list, e)
		}
	}
	return list, nil
}

func (m *memory) Segments(_ context.Context, _ string, n uint64, numbers []uint64) ([]trace.Segment, error) {
	m.asked.Add(1)
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
