package diffsrc

import (
	"context"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// load reads the states of every changed file: of those whose comparison is known,
// the new one only.
func (c *comparison) load(ctx context.Context, s *sides, changed []*changedFile) error {
	var oids []string
	var set []func([]byte)
	for _, f := range changed {
		if f.change == nil {
			f.change = c.Comparisons.recall(f)
		}
		if f.oldOID != "" && f.old == nil && f.change == nil {
			oids = append(oids, f.oldOID)
			set = append(set, func(b []byte) { f.old = b })
		}
		if f.path == "" {
			continue
		}
		if w := s.files[f.path]; w.oid == "" {
			f.new = w.content
			continue
		}
		oids = append(oids, f.newOID) // not in the work tree (sparse checkout)
		set = append(set, func(b []byte) { f.new = b })
	}
	if len(oids) == 0 {
		return nil
	}
	scratch, err := s.scratch()
	if err != nil {
		return err
	}
	return scratch.Blobs(ctx, oids, func(i int, content []byte) { set[i](content) })
}

// lines compares both states of each changed file.
func (c *comparison) lines(ctx context.Context, changed []*changedFile) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Threads)
	var done atomic.Int32
	for _, f := range changed {
		if f.path == "" && c.Precision > 1 {
			continue // only FindMoved reads deleted files
		}
		group.Go(func() error {
			if f.change == nil {
				f.change = compare.Compare(f.old, f.new, f.hunks)
				c.Comparisons.keep(f)
			}
			f.change.Path, f.change.OldPath = f.path, f.oldPath
			f.change.Idle = f.path == "" || !c.Generated && gofile.Generated(f.new)
			c.Progress("comparing files", int(done.Add(1)), len(changed))
			return ctx.Err()
		})
	}
	return group.Wait()
}

// findMoved excludes code that only moved. It returns the pairs of different
// files between which code moved.
func findMoved(changed []*changedFile) []Pair {
	files := make([]*compare.File, len(changed))
	for i, f := range changed {
		files[i] = f.change
	}
	compare.FindMoved(files)
	var pairs []Pair
	for _, f := range files {
		for from, code := range f.Digests() {
			pairs = append(pairs, Pair{New: f.Path, Old: from.OldPath, Moved: code})
		}
	}
	return pairs
}

// collect adds a repository's changed files to the line set.
func (c *comparison) collect(r *repository, changed []*changedFile) {
	var renames []Pair
	for _, f := range changed {
		if f.path == "" {
			continue
		}
		if f.renamed() {
			renames = append(renames, Pair{New: f.path, Old: f.oldPath})
		}
		if m, rel, ok := c.owner.Of(r.Absolute(f.path)); ok {
			c.add(m, rel, f.new, f.change)
		}
	}
	c.addPairs(r, renames)
}

// add adds a file if it has changed lines, removed statements or moved ones.
func (c *comparison) add(m modules.Module, rel string, src []byte, ch *compare.File) {
	found := FileLines{Lines: ch.Lines(), Removed: removedRuns(ch), Moved: movedRuns(ch)}
	if len(found.Lines)+len(found.Removed)+len(found.Moved) == 0 || !c.Generated && gofile.Generated(src) {
		return
	}
	if !utf8.ValidString(rel) { // JSON, which sessions and reports use, cannot hold the name
		c.Log.Warn("finding no lines in a file", "file", rel, "reason", "its name is not UTF-8")
		return
	}
	files := c.set.Modules[m.Path]
	if files == nil {
		files = make(ModuleLines)
		c.set.Modules[m.Path] = files
	}
	found.Hash = gofile.Hash(src)
	files[rel] = found
}

func removedRuns(ch *compare.File) []Removed {
	var list []Removed
	for _, r := range ch.Removed() {
		list = append(list, Removed{Line: r.Line, OldLine: r.Old, OldEndLine: r.OldLast})
	}
	return list
}

func movedRuns(ch *compare.File) []Moved {
	var list []Moved
	for _, m := range ch.Moved() {
		list = append(list, Moved{Line: m.Line, EndLine: m.Last, From: m.From.OldPath, OldLine: m.OldLine, OldEndLine: m.OldLast})
	}
	return list
}

// addPairs adds the pairs whose new file belongs to a module.
func (c *comparison) addPairs(r *repository, pairs []Pair) {
	for _, p := range pairs {
		if _, _, ok := c.owner.Of(r.Absolute(p.New)); ok {
			p.Repo = r.rel
			c.set.Pairs = append(c.set.Pairs, p)
		}
	}
}
