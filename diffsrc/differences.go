package diffsrc

import (
	"context"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// differences are what differs between two sets of files.
type differences struct {
	oldTree string // git's hash of the tree of old files
	changed []*changedFile
	moved   []Pair // different files between which code moved or was copied
}

// differences compares old files with files. The old files' blobs are in r,
// unless they come with their content.
func (c *comparison) differences(ctx context.Context, r *git.Repository, tree *baseTree, old []git.File, files map[string]workFile) (d differences, err error) {
	s := &sides{repository: r, lenders: tree.lenders, old: old, files: files, cacheDir: c.CacheDir}
	if s.lenders == nil {
		s.lenders = []lender{{r, tree}}
	}
	defer s.close()
	known, err := c.knownTrees(ctx, s, &d)
	if err == nil && !known {
		err = c.wholeTrees(ctx, s, &d)
	}
	if err != nil {
		return d, err
	}
	if err := c.load(ctx, s, d.changed); err != nil {
		return d, err
	}
	if err := c.lines(ctx, d.changed); err != nil || c.Precision > 1 {
		return d, err
	}
	d.moved = findMoved(d.changed)
	return d, nil
}

// wholeTrees has git compare all files of both sides.
func (c *comparison) wholeTrees(ctx context.Context, s *sides, d *differences) error {
	scratch, err := s.scratch()
	if err != nil {
		return err
	}
	for _, l := range s.lenders {
		if l.Partial {
			if err := l.FetchMissing(ctx, scratch, l.tree.files); err != nil {
				return err
			}
		}
	}
	trees, err := scratch.WriteTrees(ctx, s.old, workTreeFiles(s.files))
	if err != nil { // perhaps because a file is missing
		for _, l := range s.lenders {
			if err := l.FetchMissing(ctx, scratch, l.tree.files); err != nil {
				return err
			}
		}
		trees, err = scratch.WriteTrees(ctx, s.old, workTreeFiles(s.files))
	}
	if err != nil {
		return err
	}
	d.oldTree = trees[0]
	if d.changed, err = diffTrees(ctx, scratch, trees[0], trees[1], c.Precision < 3); err != nil {
		return err
	}
	sortChanged(d.changed)
	c.Comparisons.keepTrees(c.treesID(s), s, d.oldTree, d.changed)
	return nil
}

// knownTrees finds what differs if an earlier run has had git compare trees with
// the same old files, and with the same files that only one side has. Git pairs
// such files when it looks for renames, so these pairs are known, and so is the
// old tree. Git only compares pairs of files that no earlier run has compared.
func (c *comparison) knownTrees(ctx context.Context, s *sides, d *differences) (bool, error) {
	known, ok := c.Comparisons.recallTrees(c.treesID(s))
	if !ok || slices.ContainsFunc(s.lenders, func(l lender) bool { return l.Partial }) {
		return false, nil
	}
	d.oldTree, d.changed = known.Tree, s.renamed(known.Renamed)
	if d.changed == nil {
		return false, nil
	}
	var fresh []*changedFile
	for _, f := range d.changed {
		if f.change = c.Comparisons.recall(f); f.change == nil {
			fresh = append(fresh, f)
		}
	}
	if len(fresh) == 0 {
		return true, nil
	}
	scratch, err := s.scratch()
	if err != nil {
		return false, err
	}
	return s.diff(ctx, scratch, fresh)
}
