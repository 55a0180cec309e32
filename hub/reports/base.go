package reports

import (
	"context"
	"errors"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/source"
)

// mainBranches are looked for where nothing says what to compare with.
var mainBranches = []string{"main", "master", "trunk"}

// findBase says what the release is compared with: what was asked for; else what
// the build was; else the main branch; else, on it, the release before.
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
		err = setBase(ctx, b, tree, b.Asked)
	case b.Built != "":
		b.Why = "what the build was compared with"
		err = setBase(ctx, b, tree, b.Built)
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
func setBase(ctx context.Context, b *Base, tree *source.Tree, name string) (err error) {
	m := tree.Mirror()
	if commitID.MatchString(strings.ToLower(name)) {
		b.Of, err = m.Commit(ctx, strings.ToLower(name))
	}
	if b.Of == "" {
		var head error
		if b.Of, head = m.Head(ctx, name); head != nil {
			if err == nil {
				err = head
			}
			return fleet.Errorf(fleet.Conflict, "%v", err)
		}
	}
	if b.Commit, err = m.MergeBase(ctx, tree.Commit(), b.Of); err != nil {
		return fleet.Errorf(fleet.Conflict, "%v", err)
	}
	if b.Commit == "" {
		return fleet.Errorf(fleet.Conflict, "%s and the release's commit %s have no commit in common: name another base", name, short(tree.Commit()))
	}
	return nil
}

// chooseBase takes the main branch, or the release before where the release is on
// it.
func chooseBase(ctx context.Context, f *fleet.Fleet, result *Result, tree *source.Tree) error {
	b := &result.Base
	for _, branch := range mainBranches {
		switch of, err := tree.Mirror().Head(ctx, branch); {
		case errors.Is(err, source.ErrMissing):
			continue
		case err != nil:
			return fleet.Errorf(fleet.Conflict, "%v", err)
		default:
			b.Why = "where its branch left " + branch
			if err := setBase(ctx, b, tree, of); err != nil {
				return err
			}
		}
		break
	}
	if b.Commit != "" && b.Commit != tree.Commit() {
		return nil
	}
	before, err := releaseBefore(ctx, f, result, tree)
	if err != nil {
		return err
	}
	if before == "" {
		return fleet.Errorf(fleet.Conflict, "nothing says what to compare with: the release is on the main branch, and no release of the service was there before; name a commit, branch or tag as base")
	}
	b.Why = "the release before"
	return setBase(ctx, b, tree, before)
}

// releaseBefore is the commit of the newest release of the service that was there
// before this one and that the repository has; "" for none.
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
