package runs

import (
	"bytes"
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// MaxSegment is how many bytes a segment may have, head included.
const MaxSegment = wire.HeadSize + wire.MaxBody

// maxSteps is how many recorded steps a segment may have: readers hold the steps of a segment
// in memory. A recorder's cache of a megabyte holds fewer.
const maxSteps = 16 << 20

// AddSegment takes one segment of a run: the bytes of its head and its events. When
// it returns nil, the segment is stored. One that is there already changes nothing;
// other bytes for its number are fleet.Conflict.
func (k *Keeper) AddSegment(ctx context.Context, run Run, trace, number uint64, segment []byte) error {
	s, events, err := k.checked(run, trace, number, segment)
	if err != nil {
		return err
	}
	added, err := k.store.AddSegment(ctx, run.Number, s)
	k.tell()
	if added || err != nil {
		return err
	}
	return k.same(ctx, run, s.Head, events)
}

// checked checks a segment and packs it.
func (k *Keeper) checked(run Run, trace, number uint64, segment []byte) (s *Segment, events []byte, err error) {
	head, err := wire.ParseHead(segment)
	if err != nil {
		return nil, nil, fleet.Errorf(fleet.Invalid, "the body does not begin with a segment's head")
	}
	events = segment[wire.HeadSize:]
	if !head.Check(segment, events) {
		return nil, nil, fleet.Errorf(fleet.Invalid, "the segment is cut off or damaged: its head names %d bytes of events, the body has %d, and the sum must fit", head.Length, len(events))
	}
	prefix, err := (&tracefile.Description{RunID: run.ID}).Prefix()
	if err != nil {
		return nil, nil, err
	}
	if head.Run != prefix || head.Trace != trace || head.Number != number {
		return nil, nil, fleet.Errorf(fleet.Invalid, "the segment is number %d of trace %d of a run %016x; the address names number %d of trace %d of %s",
			head.Number, head.Trace, head.Run, number, trace, run.ID)
	}
	const most = 1 << 62
	if head.Trace-1 >= most || head.Number-1 >= most || head.First-1 >= most || head.Steps >= most || head.Goroutine >= most {
		return nil, nil, fleet.Errorf(fleet.Invalid, "the head counts from 1, and to less than 2^62")
	}
	if err := check(head, events); err != nil {
		return nil, nil, fleet.Errorf(fleet.Invalid, "segment %d of trace %d: %v", number, trace, err)
	}
	return &Segment{Head: head, Content: k.pack.pack(events)}, events, nil
}

// check checks that the events can be read, and are not more steps than the head
// says. They may be fewer: an event can stand for several.
func check(head wire.Head, events []byte) error {
	var steps uint64
	d := tracefile.NewDecoder(events)
	for e, ok := d.Next(); ok; e, ok = d.Next() {
		if e.Code == wire.EventStep {
			steps++
		}
		if steps > head.Steps { // an event of many steps takes few bytes
			return fmt.Errorf("it has more steps than its head says, %d", head.Steps)
		}
		if steps > maxSteps {
			return fmt.Errorf("it has more than %d recorded steps", maxSteps)
		}
	}
	if err := d.Err(); err != nil {
		return err
	}
	return nil
}

// same compares a segment with the one that is stored under its number.
func (k *Keeper) same(ctx context.Context, run Run, head wire.Head, events []byte) error {
	there, err := k.store.Read(ctx, run.Number, head.Trace, []uint64{head.Number})
	if err != nil {
		return err
	}
	stamp(run, there)
	if len(there) == 1 && there[0].Head == head {
		if stored, err := k.pack.unpack(head, there[0].Content); err == nil && bytes.Equal(stored, events) {
			return nil
		}
	}
	return fleet.Errorf(fleet.Conflict, "the hub has another segment %d of trace %d of run %s; the first one stays", head.Number, head.Trace, run.ID)
}
