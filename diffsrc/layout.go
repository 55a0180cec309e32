package diffsrc

import (
	"bytes"
	"context"
	"path"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// layout is what a work tree holds besides the files to compare. It decides
// which files are compared, so the line set depends on it.
type layout struct {
	left     map[string]bool // .go files and clones that git ignores; clones have a slash at the end
	modules  []string        // directories with a go.mod, "." for the top
	gitlinks []string        // the submodules in the index
	clones   []string        // repositories that git does not know
}

// findLayout reads a listing of all files, including those that git ignores.
func (r *repository) findLayout(ctx context.Context, all []byte) (*layout, error) {
	p := &layout{left: make(map[string]bool)}
	roots := make(map[string]bool)
	for record := range bytes.SplitSeq(all, []byte{0}) {
		e, ok := git.ParseIndexEntry(record)
		if !ok {
			continue
		}
		if path.Base(e.Path) == "go.mod" {
			roots[path.Dir(e.Path)] = true
		} else if e.Tag == "?" && path.Base(e.Path) != ".gitattributes" {
			p.left[e.Path] = true
		}
	}
	for dir := range roots {
		if modules.HasGoMod(r.Absolute(dir)) {
			p.modules = append(p.modules, dir)
		}
	}
	var err error
	if len(p.left) > 0 {
		err = r.takeUntracked(ctx, p)
	}
	if err == nil {
		p.gitlinks, err = r.Gitlinks(ctx)
	}
	return p, err
}

// takeUntracked removes from left what git does not ignore.
func (r *repository) takeUntracked(ctx context.Context, p *layout) error {
	names, err := r.Untracked(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		delete(p.left, name)
		if clone, ok := strings.CutSuffix(name, "/"); ok {
			p.clones = append(p.clones, clone)
		}
	}
	return nil
}

// noteLayout adds what decides over the lines of unchanged files: whether git
// ignores them, and which module they belong to.
func (c *comparison) noteLayout(r *repository, p *layout) {
	for name := range p.left {
		if dir := filepath.Dir(r.Absolute(name)); c.owner.Covers(dir) && !c.owner.Vendors(r.Absolute(name)) {
			c.set.Ignored = append(c.set.Ignored, path.Join(r.rel, name))
		}
	}
	for _, name := range p.modules {
		c.noteModule(r.Absolute(name))
	}
}

// noteModule adds a directory with a go.mod below a module of the build.
func (c *comparison) noteModule(dir string) {
	if name, ok := c.owner.NestedName(dir); ok {
		c.set.Nested = append(c.set.Nested, name)
	}
}
