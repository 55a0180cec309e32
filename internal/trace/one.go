package trace

import (
	"encoding/hex"
	"fmt"
	"os"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Functions finds a run's functions by their numbers. It can be used by several
// goroutines at once.
type Functions struct{ packages []packageOf }

// NewFunctions returns the functions of a run whose packages have these tables. A
// package whose table is not in it has functions without names.
func NewFunctions(d Description, tables map[string]*Table) *Functions {
	f := &Functions{}
	for _, p := range d.Packages {
		if t := tables[p.Table]; t != nil {
			f.packages = append(f.packages, packageOf{p.First, min(p.Functions, uint64(len(t.Functions))), t})
		}
	}
	return f
}

// Lookup returns a function and its package's table, nil if no table has the
// function.
func (f *Functions) Lookup(number uint64) (*Function, *Table) {
	for _, p := range f.packages {
		if p.first <= number && number-p.first < p.functions {
			return &p.table.Functions[number-p.first], p.table
		}
	}
	return nil, nil
}

// Range calls do with each function of the run and its number, until do returns
// false.
func (f *Functions) Range(do func(number uint64, fn *Function, t *Table) bool) {
	for _, p := range f.packages {
		for i := range p.functions {
			if !do(p.first+i, &p.table.Functions[i], p.table) {
				return
			}
		}
	}
}

// Functions returns the functions of the run.
func (r *Run) Functions() *Functions { return &Functions{r.packages} }

// WalkOne goes through the items of one segment, without the segments before it.
// The open calls at its start are those that the segment names.
func (f *Functions) WalkOne(head wire.Head, events []byte) *Walk {
	return &Walk{
		trace: &Trace{Number: head.Trace, Goroutine: head.Goroutine, run: &Run{packages: f.packages}},
		head:  head, step: head.First - 1, time: head.Started, dec: NewDecoder(events),
	}
}

// Heads returns the heads of a trace's whole segments, in order.
func (t *Trace) Heads() []wire.Head {
	heads := make([]wire.Head, len(t.places))
	for i, p := range t.places {
		heads[i] = p.head
	}
	return heads
}

// Segment returns the events of the i-th whole segment of a trace, from 0.
func (t *Trace) Segment(i int) ([]byte, error) {
	if i < 0 || i >= len(t.places) {
		return nil, fmt.Errorf("trace %d has no segment at place %d", t.Number, i)
	}
	p := t.places[i]
	f, err := os.Open(t.run.files[p.file])
	if err != nil {
		return nil, fmt.Errorf("opening a file of segments: %w", err)
	}
	defer f.Close()
	return p.read(f)
}

// TablesOf returns the run's tables by their digests.
func (r *Run) TablesOf() map[string]*Table {
	tables := make(map[string]*Table, len(r.Packages))
	for _, p := range r.packages {
		for _, d := range r.Packages {
			if d.First == p.first {
				tables[d.Table] = p.table
			}
		}
	}
	return tables
}

// IsRunID reports whether text can be the id of a run: 32 hexadecimal digits.
func IsRunID(text string) bool {
	id, err := hex.DecodeString(text)
	return err == nil && len(id) == 16
}
