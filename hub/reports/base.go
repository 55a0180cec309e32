package reports

import (
	"context"
	"errors"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/source"
)

// mainBranches are the branches to look for if nothing says what to compare with.
var mainBranches = []string{"main", "master", "trunk"}

// findBase decides what the release is compared with: what was asked for; else what
// the build was compared with; else the main branch; else, for a release on the
// main branch, the release before.
func findBase(ctx context.Context, f *fleet.Fleet, result *Result, tree *source.Tree, covered *fleet.Coverage) error {
	b := &result.Base
	b.Asked = result.Ask.Base
	if covered.Release != nil {
		b.Built = covered.Build.BaseCommit
	}
	var err error
	switch {
	case b.Asked != "":
		b.Why = "asked for"
		err = setBase(ctx, result, tree, b.Asked)
	case b.Built != "":
		b.Why = "what the build was compared with"
		err = setBase(ctx, result, tree, b.Built)
	default:
		err = chooseBase(ctx, f, result, tree)
	}
	if err != nil {
		return err
	}
	if b.Built != "" && b.Built != b.Commit {
		result.note("The build was compared with %s, and this report is with %s: its tracking points are of other changes.", short(b.Built), short(b.Commit))
	}
	return nil
}

// setBase compares with the merge base of the release and a commit, branch or tag.
func setBase(ctx context.Context, result *Result, tree *source.Tree, name string) (err error) {
	b, m := &result.Base, tree.Mirror()
	if commitID.MatchString(strings.ToLower(name)) {
		b.Of, err = m.Commit(ctx, strings.ToLower(name))
	}
	if b.Of == "" {
		of, _, headErr := headOf(ctx, result, m, name)
		if headErr != nil && err == nil {
			err = headErr
		}
		if headErr != nil {
			return fleet.Errorf(fleet.Conflict, "%v", err)
		}
		b.Of = of
	}
	if b.Commit, err = m.MergeBase(ctx, tree.Commit(), b.Of); err != nil {
		return fleet.Errorf(fleet.Conflict, "%v", err)
	}
	if b.Commit == "" {
		return fleet.Errorf(fleet.Conflict, "%s and the release's commit %s have no commit in common: name another base", name, short(tree.Commit()))
	}
	return nil
}

// headOf returns the commit of the first branch or tag that exists, and its name.
// If the repository cannot be reached, it is the state of the last fetch, and the
// result says so.
func headOf(ctx context.Context, result *Result, m *source.Mirror, names ...string) (commit, name string, err error) {
	commit, err = m.Head(ctx, names[0])
	if err == nil {
		return commit, names[0], nil
	}
	unreached := err
	for _, name := range names {
		if commit, err = m.LastHead(ctx, name); err == nil {
			if !errors.Is(unreached, source.ErrMissing) {
				result.note("The repository cannot be reached: %s is what it was at the last fetch. %v", name, unreached)
			}
			return commit, name, nil
		}
	}
	return "", "", unreached
}

// chooseBase takes the main branch, or for a release on that branch the release
// before.
func chooseBase(ctx context.Context, f *fleet.Fleet, result *Result, tree *source.Tree) error {
	b := &result.Base
	of, branch, err := headOf(ctx, result, tree.Mirror(), mainBranches...)
	if err != nil && !errors.Is(err, source.ErrMissing) {
		return fleet.Errorf(fleet.Conflict, "%v", err)
	}
	if err == nil {
		b.Why = "where its branch left " + branch
		if err := setBase(ctx, result, tree, of); err != nil {
			return err
		}
		if b.Commit != tree.Commit() {
			return nil
		}
	}
	before, err := releaseBefore(ctx, f, result, tree)
	if err != nil {
		return err
	}
	if before == "" {
		return fleet.Errorf(fleet.Conflict, "nothing says what to compare with: the release is on the main branch, and no release of the service was there before; name a commit, branch or tag as base")
	}
	b.Why = "the release before"
	return setBase(ctx, result, tree, before)
}

// releaseBefore returns the commit of the newest release of the service that is
// older than this one and that the repository has; "" if there is none.
func releaseBefore(ctx context.Context, f *fleet.Fleet, result *Result, tree *source.Tree) (string, error) {
	releases, err := f.Releases(ctx, result.Service.ID)
	if err != nil {
		return "", err
	}
	for _, other := range releases { // the newest first
		if other.Commit == "" || other.Commit == result.Release.Commit || !other.FirstSeen.Before(result.Release.FirstSeen) {
			continue
		}
		if full, err := tree.Mirror().Commit(ctx, strings.ToLower(other.Commit)); err == nil && full != tree.Commit() {
			return full, nil
		}
	}
	return "", nil
}
