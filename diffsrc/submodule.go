package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// submodules compares what lies below a repository in submodules without a
// go.mod of their own: their files belong to the module around them. Their
// base is the commit that the superproject's base records; a submodule that
// it does not have is new altogether.
func (c *comparison) submodules(ctx context.Context, r *repository, tree *baseTree) error {
	names, err := r.submodules(ctx, tree)
	if err != nil {
		return err
	}
	for _, name := range names {
		dir := r.absolute(name)
		c.Witness.saw(filepath.Join(dir, ".git"))
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err != nil || c.open[dir] || c.owner.module(dir) == nil {
			continue // not checked out, compared already, or of no module
		}
		sub, err := openRepository(ctx, dir, c.Witness)
		if err != nil {
			c.Log.Warn("submodule has no lines", "dir", dir, "reason", err)
			continue
		}
		c.open[sub.top] = true
		sub.inside, sub.pinned = true, tree.gitlinks[name]
		sub.relateTo(c.set.Bases[0].Dir)
		if err := c.repository(ctx, sub); err != nil {
			return err
		}
	}
	return nil
}

// submodules returns the paths of the base's and the index's submodules.
func (r *repository) submodules(ctx context.Context, tree *baseTree) ([]string, error) {
	var names []string
	for name := range tree.gitlinks {
		names = append(names, name)
	}
	r.git.witness.saw(r.absolute(".gitmodules"))
	if isFile(r.absolute(".gitmodules")) {
		out, err := r.git.run(ctx, nil, "ls-files", "-z", "-s")
		if err != nil {
			return nil, fmt.Errorf("listing the submodules of %s: %w", r.top, err)
		}
		for record := range bytes.SplitSeq(out, []byte{0}) { // mode and path stand where ls-tree has them
			if e, ok := parseEntry(record); ok && e.mode == modeGitlink {
				names = append(names, e.path)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// pinnedBase is the base of a submodule.
func (r *repository) pinnedBase(ctx context.Context) (Base, error) {
	if r.pinned == "" {
		return Base{Dir: r.top, Ref: InitRef, Mode: ModeDirect}, nil
	}
	commit, err := r.commit(ctx, r.pinned)
	if err != nil {
		return Base{}, fmt.Errorf("resolving commit %s of submodule %s: %w: run `git submodule update --init` "+
			"or `git fetch` there", r.pinned, r.top, err)
	}
	return Base{Dir: r.top, Ref: r.pinned, Mode: ModeDirect, Commit: commit, Used: commit}, nil
}
