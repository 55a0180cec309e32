package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// TestBlock reads an event of several steps: they come one by one, and each value
// after the step that has written it.
func TestBlock(t *testing.T) {
	value := func(b []byte, variable uint64, n int64) []byte {
		return wire.AppendInt(wire.AppendEvent(b, wire.EventValue, variable), n)
	}
	b := wire.AppendSteps(nil, 300, 4)
	b = wire.AppendEvent(b, wire.EventPast, 3)
	b = value(b, 1, -5)
	b = wire.AppendEvent(b, wire.EventPast, 3)
	b = wire.AppendText(wire.AppendEvent(b, wire.EventType, 1, 25), "T") // a type's definition between them
	b = append(b, 0)
	b = value(b, 2, 6)
	b = wire.AppendEvent(b, wire.EventPast, 1)
	b = value(b, 1, 7)
	b = value(b, 3, 8)
	b = append(b, wire.EventTrue)
	b = wire.AppendSteps(b, 2, 2)
	b = append(b, wire.EventReturn, wire.EventLeave)
	type item struct {
		Code   byte
		Number uint64
		Value  int64
	}
	var got []item
	d := NewDecoder(b)
	for {
		e, ok := d.Next()
		if !ok {
			break
		}
		got = append(got, item{e.Code, e.Number, e.Value.Int})
	}
	want := []item{
		{wire.EventStep, 300, 0},
		{wire.EventValue, 1, -5}, {wire.EventValue, 2, 6},
		{wire.EventStep, 301, 0}, {wire.EventStep, 302, 0},
		{wire.EventValue, 1, 7},
		{wire.EventStep, 303, 0},
		{wire.EventValue, 3, 8},
		{wire.EventTrue, 0, 0},
		{wire.EventStep, 2, 0}, {wire.EventStep, 3, 0},
		{wire.EventReturn, 0, 0}, {wire.EventLeave, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" || d.Err() != nil {
		t.Errorf("events (-want +got): %v\n%s", d.Err(), diff)
	}
	if d := NewDecoder(wire.AppendEvent(nil, wire.EventSteps, wire.MaxSteps+1, 0)); true {
		if _, ok := d.Next(); ok || d.Err() == nil {
			t.Error("an event of too many steps is read, want an error")
		}
	}
}

// A value that was announced may be missing: at the end of a segment, where it is in
// the next one, or because a limit has left it out. No step is lost by that.
func TestValueMissing(t *testing.T) {
	announced := wire.AppendEvent(wire.AppendSteps(nil, 0, 3), wire.EventPast, 2)
	for name, events := range map[string][]byte{
		"at the end":  announced,
		"other steps": wire.AppendSteps(announced[:len(announced):len(announced)], 3, 2),
		"a return":    append(announced[:len(announced):len(announced)], wire.EventReturn),
	} {
		steps := uint64(0)
		d := NewDecoder(events)
		for e, ok := d.Next(); ok; e, ok = d.Next() {
			if e.Code == wire.EventStep {
				if e.Number != steps {
					t.Errorf("%s: got location %d, want %d", name, e.Number, steps)
				}
				steps++
			}
		}
		want := uint64(3)
		if name == "other steps" {
			want = 5
		}
		if steps != want || d.Err() != nil {
			t.Errorf("%s: got %d steps and error %v, want %d", name, steps, d.Err(), want)
		}
	}
}
