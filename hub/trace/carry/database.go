package carry

import (
	"context"
	"time"

	"github.com/goat-trace/goat/hub/trace/runs"
)

// Database is a Target that is a database.
type Database struct{ Keeper *runs.Keeper }

var _ Target = Database{}

// Announce implements Target.
func (d Database) Announce(ctx context.Context, id string, document []byte) ([]string, error) {
	_, missing, err := d.Keeper.Announce(ctx, id, document)
	return missing, err
}

// Table implements Target.
func (d Database) Table(ctx context.Context, digest string, content []byte) error {
	return d.Keeper.AddTable(ctx, digest, content)
}

// Stored implements Target.
func (d Database) Stored(ctx context.Context, id string) (map[uint64][][2]uint64, error) {
	run, err := d.Keeper.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := d.Keeper.Stored(ctx, run)
	if err != nil {
		return nil, err
	}
	there := make(map[uint64][][2]uint64, len(list))
	for _, t := range list {
		there[t.Trace] = t.Ranges
	}
	return there, nil
}

// Segment implements Target.
func (d Database) Segment(ctx context.Context, id string, trace, number uint64, segment []byte) error {
	run, err := d.Keeper.Find(ctx, id)
	if err != nil {
		return err
	}
	return d.Keeper.AddSegment(ctx, run, trace, number, segment)
}

// List implements Target.
func (d Database) List(ctx context.Context, limit int) ([]Listed, error) {
	found, err := d.Keeper.List(ctx, runs.Filter{Limit: limit})
	if err != nil {
		return nil, err
	}
	list := make([]Listed, len(found))
	for i, r := range found {
		list[i] = Listed{
			Number: r.Number, RunID: r.ID, Project: r.Project, Method: r.Method, Created: r.Created,
			Live: r.Live(time.Now()), Pinned: r.Pinned, Traces: r.Traces, Steps: r.Steps, Stored: r.Packed,
		}
	}
	return list, nil
}

// Pin implements Target.
func (d Database) Pin(ctx context.Context, ref string, pinned bool) error {
	run, err := d.Keeper.Find(ctx, ref)
	if err != nil {
		return err
	}
	return d.Keeper.Pin(ctx, run, pinned)
}

// Remove implements Target.
func (d Database) Remove(ctx context.Context, ref string) error {
	run, err := d.Keeper.Find(ctx, ref)
	if err != nil {
		return err
	}
	return d.Keeper.Delete(ctx, run)
}
