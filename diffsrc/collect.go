package diffsrc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
)

// load reads both states of every changed file.
func (s *scratch) load(ctx context.Context, changed []*changedFile, files map[string]workFile) error {
	var oids []string
	var set []func([]byte)
	for _, f := range changed {
		if f.oldOID != "" {
			oids = append(oids, f.oldOID)
			set = append(set, func(b []byte) { f.old = b })
		}
		if f.path == "" {
			continue
		}
		if w := files[f.path]; w.oid == "" {
			f.new = w.content
			continue
		}
		oids = append(oids, f.newOID) // not in the work tree (sparse)
		set = append(set, func(b []byte) { f.new = b })
	}
	return s.blobs(ctx, oids, func(i int, content []byte) { set[i](content) })
}

// lines finds the effective lines of each changed file by its hunks.
func (c *comparison) lines(ctx context.Context, changed []*changedFile) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Threads)
	for _, f := range changed {
		if f.path == "" {
			continue
		}
		group.Go(func() error {
			f.change = effective(f.old, f.new, checkedHunks(f.old, f.new, f.hunks))
			// Tokens take ten times what the text takes; whoever wants them again
			// scans the text again.
			f.change.old, f.change.new = nil, nil
			return ctx.Err()
		})
	}
	return group.Wait()
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
		if m, rel, ok := c.owner.of(r.absolute(f.path)); ok {
			c.add(m, rel, f.new, f.change)
		}
	}
	c.addPairs(r, renames)
}

// add enters a file that has something to say.
func (c *comparison) add(m Module, rel string, src []byte, ch *change) {
	if len(ch.lines) == 0 && len(ch.removed) == 0 || !c.Generated && generated(src) {
		return
	}
	if !utf8.ValidString(rel) { // JSON, of sessions and of all reports, cannot name it
		c.Log.Warn("finding no lines in a file", "file", rel, "reason", "its name is not UTF-8")
		return
	}
	files := c.set.Modules[m.Path]
	if files == nil {
		files = make(ModuleLines)
		c.set.Modules[m.Path] = files
	}
	sum := sha256.Sum256(src)
	files[rel] = FileLines{Hash: hex.EncodeToString(sum[:]), Lines: intervals(ch.lines), Removed: ch.removed}
}

// addPairs enters pairs whose new file belongs to a module.
func (c *comparison) addPairs(r *repository, pairs []Pair) {
	for _, p := range pairs {
		if _, _, ok := c.owner.of(r.absolute(p.New)); ok {
			p.Repo = r.rel
			c.set.Pairs = append(c.set.Pairs, p)
		}
	}
}

func comparePairs(a, b Pair) int {
	return strings.Compare(a.Repo+"\x00"+a.New+"\x00"+a.Old, b.Repo+"\x00"+b.New+"\x00"+b.Old)
}

// generated reports whether a file says so by the go command's convention.
func generated(src []byte) bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.PackageClauseOnly|parser.ParseComments)
	return err == nil && ast.IsGenerated(file)
}
