package runs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	tracefile "github.com/goat-trace/goat/internal/trace"
)

// RowLimit is how many steps a run may have that is also kept as rows, unless the
// hub is told otherwise.
const RowLimit = 1_000_000

// KeepRows keeps a run as rows, if it has not more than limit steps. If it has rows
// already, they are made again.
func (k *Keeper) KeepRows(ctx context.Context, run Run, limit uint64) (RowState, error) {
	if run.Steps > limit {
		return RowsTooMany, k.store.PutRows(ctx, run.Number, RowsTooMany, nil)
	}
	opened, err := k.Open(ctx, run)
	if err != nil {
		return RowsPending, err
	}
	return RowsKept, k.store.PutRows(ctx, run.Number, RowsKept, k.readable(ctx, run, rows(opened)))
}

// readable leaves out what is damaged, and says so.
func (k *Keeper) readable(ctx context.Context, run Run, rows iter.Seq2[Row, error]) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for row, err := range rows {
			if err != nil {
				k.log.ErrorContext(ctx, "segment is damaged", "run", run.ID, "error", err)
			} else if !yield(row) {
				return
			}
		}
	}
}

// KeepPending keeps those runs as rows that nobody has looked at yet, if they have
// ended, or nothing of them has arrived for long.
func (k *Keeper) KeepPending(ctx context.Context, limit uint64, now time.Time) error {
	runs, err := k.store.List(ctx, Filter{Pending: true})
	if err != nil {
		return err
	}
	var errs []error
	for _, run := range runs {
		if run.Live(now) || ctx.Err() != nil {
			continue
		}
		whole, err := k.store.Find(ctx, run.ID)
		if errors.Is(err, fleet.Deleted) {
			continue
		}
		if err == nil {
			_, err = k.KeepRows(ctx, whole, limit)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("keeping run %d as rows: %w", run.Number, err))
		}
	}
	return errors.Join(errs...)
}

// rows goes through a run's rows. A location comes before the steps at it; steps
// come in no order.
func rows(run *tracefile.Run) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		m := rowMaker{yield: yield, locations: make(map[[2]uint64]int64)}
		for _, t := range run.Traces {
			m.trace = t.Number
			m.walk(t)
			if m.stopped {
				return
			}
		}
	}
}

// rowMaker makes rows of a run's traces, one after the other.
type rowMaker struct {
	yield     func(Row, error) bool
	stopped   bool
	locations map[[2]uint64]int64 // by function and index
	vars      int64
	trace     uint64
	calls     map[*tracefile.Call]*rowCall
	last      *NodeRow
}

// rowCall is what is known of an open call. Its last step waits for the next one.
type rowCall struct {
	node   *NodeRow
	values map[int]int64 // by variable, the id of its last value
}

func (m *rowMaker) emit(r Row) { m.stopped = m.stopped || !m.yield(r, nil) }

func (m *rowMaker) walk(t *tracefile.Trace) {
	m.calls, m.last = make(map[*tracefile.Call]*rowCall), nil
	w := t.Walk()
	defer w.Close()
	for it, ok := w.Next(); ok && !m.stopped; it, ok = w.Next() {
		var call *tracefile.Call
		if n := len(w.Calls); n > 0 {
			call = w.Calls[n-1]
		}
		switch it.What {
		case tracefile.Stepped:
			m.stepped(it, call, len(w.Calls))
		case tracefile.Wrote:
			m.wrote(it, call)
		case tracefile.Resulted:
			m.resulted(it, call)
		case tracefile.Outcome:
			if n := m.of(call).node; n != nil {
				n.Outcome = &it.Met
			}
		case tracefile.Left:
			m.left(call)
		case tracefile.Gap:
			m.rest()
		case tracefile.Damaged:
			m.stopped = m.stopped || !m.yield(nil, it.Err)
		}
	}
	m.rest()
}

func (m *rowMaker) of(call *tracefile.Call) *rowCall {
	c := m.calls[call]
	if c == nil {
		c = &rowCall{values: make(map[int]int64)}
		m.calls[call] = c
	}
	return c
}

func (m *rowMaker) stepped(it tracefile.Item, call *tracefile.Call, depth int) {
	c := m.of(call)
	n := &NodeRow{Trace: m.trace, Step: it.Step, Time: time.Unix(0, it.Time).UTC(), Depth: depth, InvocationParent: call.Begun}
	if at := call.At(); at != nil {
		n.Location = m.location(call, at)
		if len(at.Reads) > 0 {
			n.Read = c.values[at.Reads[0]]
		}
	}
	if c.node != nil {
		c.node.StepOver = it.Step
		m.emit(c.node)
	} else if m.last != nil && m.last.Step == it.Step-1 && call.Begun == m.last.Step {
		m.last.StepIn = it.Step
	}
	c.node, m.last = n, n
}

// location returns the id of a location, and emits it when it is new.
func (m *rowMaker) location(call *tracefile.Call, at *tracefile.Location) int64 {
	key := [2]uint64{call.Number, uint64(call.Location)}
	if id, ok := m.locations[key]; ok {
		return id
	}
	id := int64(len(m.locations)) + 1
	m.locations[key] = id
	first := func(list []int) string {
		if len(list) == 0 {
			return ""
		}
		return call.Function.Variables[list[0]].Name
	}
	m.emit(LocationRow{
		ID: id, Package: call.Table.Package, Func: call.Function.Name, File: call.File(),
		Line: at.Line, Col: at.Column, EndLine: at.EndLine, EndCol: at.EndColumn,
		Kind: at.Kind, Read: first(at.Reads), Write: first(at.Writes),
	})
	return id
}

func (m *rowMaker) wrote(it tracefile.Item, call *tracefile.Call) {
	if call == nil || call.Function == nil || it.Variable >= len(call.Function.Variables) {
		return
	}
	v := call.Function.Variables[it.Variable]
	id := m.value(it, v.Kind, v.Name)
	c := m.of(call)
	if v.Kind == "heap" || v.Kind == "global" || v.Kind == "captured" {
		delete(c.values, it.Variable) // others may write it, so which value a step reads is not known
	} else {
		c.values[it.Variable] = id
	}
	if c.node != nil && c.node.Write == 0 {
		c.node.Write = id
	}
}

func (m *rowMaker) resulted(it tracefile.Item, call *tracefile.Call) {
	if call == nil || call.Function == nil || it.Variable >= len(call.Function.Results) {
		return
	}
	m.value(it, "result", call.Function.Results[it.Variable].Name)
}

func (m *rowMaker) value(it tracefile.Item, kind, name string) int64 {
	m.vars++
	m.emit(VarRow{ID: m.vars, Trace: m.trace, Step: it.Step, Kind: kind, Identifier: name, Value: it.Value.String()})
	return m.vars
}

// left emits the last step of a call that ends.
func (m *rowMaker) left(call *tracefile.Call) {
	if c := m.calls[call]; c != nil && c.node != nil {
		m.emit(c.node)
	}
	delete(m.calls, call)
}

// rest emits the last steps of all open calls.
func (m *rowMaker) rest() {
	for call := range m.calls {
		m.left(call)
	}
	m.last = nil
}
