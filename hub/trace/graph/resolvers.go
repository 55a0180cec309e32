package graph

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// Resolver has the roots.
type Resolver struct {
	engine *relations.Engine
	poll   time.Duration
}

// Query implements ResolverRoot.
func (r *Resolver) Query() QueryResolver { return query{r} }

// Subscription implements ResolverRoot.
func (r *Resolver) Subscription() SubscriptionResolver { return subscription{r} }

type query struct{ *Resolver }

// Runs returns runs, the newest first.
func (q query) Runs(ctx context.Context, first *int, after, project *string) (*RunConnection, error) {
	n, err := pageSize(first)
	if err != nil {
		return nil, err
	}
	ask := trace.Query{Limit: n + 1}
	if project != nil {
		ask.Project = *project
	}
	if after != nil {
		before, err := parseCursor("run", *after)
		if err != nil {
			return nil, err
		}
		ask.Before = int64(before)
	}
	list, err := q.engine.Reader.Runs(ctx, ask)
	if err != nil {
		return nil, public(err)
	}
	c := &RunConnection{Edges: []*RunEdge{}, PageInfo: &PageInfo{HasNextPage: len(list) > n, HasPreviousPage: ask.Before > 0}}
	for _, r := range list[:min(n, len(list))] {
		run, err := q.engine.Run(ctx, strconv.FormatInt(r.Number, 10))
		if errors.Is(err, trace.ErrNotFound) { // it was deleted meanwhile
			continue
		}
		if err != nil {
			return nil, public(err)
		}
		c.Edges = append(c.Edges, &RunEdge{Cursor: formatCursor("run", uint64(r.Number)), Node: &Run{run}})
	}
	if k := len(c.Edges); k > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[k-1].Cursor
	}
	return c, nil
}

// Run returns one run.
func (q query) Run(ctx context.Context, id string) (*Run, error) {
	r, err := q.engine.Run(ctx, id)
	if err != nil {
		return nil, public(err)
	}
	return &Run{r}, nil
}

type subscription struct{ *Resolver }

// Run sends a run now, and each time that more of it has come, until it has ended.
func (s subscription) Run(ctx context.Context, id string) (<-chan *Run, error) {
	r, err := s.engine.Run(ctx, id)
	if err != nil {
		return nil, public(err)
	}
	c := make(chan *Run)
	go func() {
		defer close(c)
		ticker := time.NewTicker(s.poll)
		defer ticker.Stop()
		for {
			select {
			case c <- &Run{r}:
			case <-ctx.Done():
				return
			}
			for last := r; r.Steps == last.Steps && len(r.Traces) == len(last.Traces) && r.EndedAt.Equal(last.EndedAt); {
				if !last.EndedAt.IsZero() {
					return
				}
				select {
				case <-ticker.C:
				case <-ctx.Done():
					return
				}
				if r, err = s.engine.Run(ctx, last.RunID); err != nil {
					return // it was deleted, or the store is gone
				}
			}
		}
	}()
	return c, nil
}
