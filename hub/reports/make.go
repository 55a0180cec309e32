package reports

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/store/source"
)

// maker makes reports, one by one.
type maker struct {
	fleet *fleet.Fleet
	repos *Repositories
	log   *slog.Logger
}

// make makes the report that is asked for.
func (m *maker) make(ctx context.Context, t *task, a Ask) (*Result, error) {
	t.phase("merging what the instances counted", 0)
	result, err := m.measured(ctx, a)
	if err != nil {
		return nil, err
	}
	t.phase("looking for the source", 0)
	tree, texts := m.source(ctx, result)
	if tree != nil {
		defer tree.Close()
	}
	if a.Kind == Changes {
		err = m.changes(ctx, t, result, tree)
	} else {
		t.phase("reading the source", len(result.Profile.Files))
		result.Full, err = report.New(ctx, result.Profile, counting{texts, t})
	}
	if err != nil {
		return nil, err
	}
	return result, nil
}

// measured is the result without a report: what the report is to be made of.
func (m *maker) measured(ctx context.Context, a Ask) (*Result, error) {
	result := &Result{Ask: a}
	view, err := m.fleet.Release(ctx, a.Release)
	if err != nil {
		return nil, err
	}
	result.Release = view.Release
	if result.Service, err = m.fleet.Service(ctx, view.ServiceID); err != nil {
		return nil, err
	}
	if a.Row != 0 {
		row, err := m.fleet.Cover(ctx, a.Row)
		if err != nil {
			return nil, err
		}
		result.Row, result.Newest = &row, row.At
		result.Profile, err = m.fleet.CoverProfile(ctx, &row)
		return result, err
	}
	b, err := m.fleet.Blocks(ctx, a.Release)
	if err != nil {
		return nil, err
	}
	result.use(b)
	return result, nil
}

// source opens the tree of the commit that was built. If it cannot, tree is nil,
// texts gives nothing, and the result says why.
func (m *maker) source(ctx context.Context, result *Result) (tree *source.Tree, texts report.Sources) {
	names := []string{result.Service.Main}
	for _, f := range result.Profile.Files {
		names = append(names, f.Name)
	}
	commit := result.Release.Commit
	tree, err := m.repos.Open(ctx, commit, names...)
	if err == nil {
		if result.Release.Dirty {
			result.note("It was built of a changed work tree: the source shown is that of commit %s.", commit)
		}
		return tree, tree
	}
	if m.repos.of(names...) != nil && commit != "" {
		m.log.WarnContext(ctx, "source is missing", "release", result.Release.ID, "error", err)
	}
	result.NoSource = err.Error()
	return nil, missing(result.NoSource)
}

// missing has no texts, and says why.
type missing string

func (why missing) Source(context.Context, string) ([]byte, error) {
	return nil, fmt.Errorf("%s: %w", string(why), fs.ErrNotExist)
}

// counting tells the task about each text that is read.
type counting struct {
	report.Sources
	task *task
}

func (c counting) Source(ctx context.Context, name string) ([]byte, error) {
	defer c.task.step()
	return c.Sources.Source(ctx, name)
}

// changes makes the report of changed lines. Without source there is no report, and
// the result says why.
func (m *maker) changes(ctx context.Context, t *task, result *Result, tree *source.Tree) error {
	if tree == nil {
		return fleet.Errorf(fleet.Conflict, "what changed cannot be said without the source: %s", result.NoSource)
	}
	covered, err := m.fleet.Coverage(ctx, result.Release.ID)
	if err != nil {
		return err
	}
	t.phase("looking for the base", 0)
	if err := findBase(ctx, m.fleet, result, tree, covered); err != nil {
		return err
	}
	t.phase("comparing with "+short(result.Base.Commit), 0)
	if result.Diff, err = tree.Changes(ctx, result.Base.Commit); err != nil {
		return fleet.Errorf(fleet.Conflict, "%v", err)
	}
	t.phase("reading what changed", len(result.Diff.Files))
	if result.Changes, err = report.Incremental(ctx, result.Profile, result.Diff, counting{tree, t}); err != nil {
		return err
	}
	if covered.Release != nil && result.Ask.Row == 0 {
		result.Changes.AddPoints(covered.Release)
	}
	return nil
}
