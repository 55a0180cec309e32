package diffsrc

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// comparison is one run over all repositories.
type comparison struct {
	Options
	owner        *modules.Owner
	set          *LineSet
	top          string          // of the first repository's work tree
	open         map[string]bool // the repositories that are compared, by top
	repositories []*repository   // the same, as a list
	scratches    []*git.Scratch
	failed       error // why the first repository without a base has none
}

func (c *comparison) close() {
	for _, s := range c.scratches {
		s.Close()
	}
}

// settle sorts what was found, and fills in what does not come from git.
func (c *comparison) settle() {
	for _, m := range c.owner.Modules {
		if !slices.ContainsFunc(c.repositories, func(r *repository) bool { return within(r.Top, m.Dir) }) {
			c.set.Nested = append(c.set.Nested, modules.NestedDirs([]modules.Module{m})...)
		}
	}
	slices.Sort(c.set.Nested)
	c.set.Nested = slices.Compact(c.set.Nested)
	slices.Sort(c.set.Ignored)
	slices.SortFunc(c.set.Pairs, comparePairs)
	c.set.Pairs = slices.Compact(c.set.Pairs)
}

// lack records code that cannot be compared.
func (c *comparison) lack(u Uncompared) {
	c.Log.Warn("repository has no lines", "dir", u.Dir, "reason", u.Reason)
	c.set.Uncompared = append(c.set.Uncompared, u)
}

// repository is a git work tree that holds modules of the build, or a part of
// one (as a submodule below a module does).
type repository struct {
	*git.Repository
	rel   string // top relative to the first repository's top, with slashes
	first string // the first module's directory relative to top, with slashes
	main  bool   // it holds the go.work or the main module
}

// openRepository asks git about the work tree around dir.
func openRepository(ctx context.Context, dir string, w *git.Witness) (*repository, error) {
	r, err := git.Open(ctx, dir, w)
	if err != nil {
		return nil, err
	}
	return &repository{Repository: r}, nil
}

// within reports whether a directory is dir or lies below it.
func within(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

func (r *repository) relateTo(main string) {
	rel, err := filepath.Rel(main, r.Top)
	if err != nil {
		rel = r.Top
	}
	r.rel = filepath.ToSlash(rel)
}
