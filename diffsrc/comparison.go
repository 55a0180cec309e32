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
	top          string          // of the first repository
	open         map[string]bool // repositories that are compared, by top
	repositories []*repository   // the same
	scratches    []*git.Scratch
	failed       error // why the first one without a base has none
}

func (c *comparison) close() {
	for _, s := range c.scratches {
		s.Close()
	}
}

// settle puts what was found in order, and adds what git was not asked for.
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

// lack notes code that is not compared.
func (c *comparison) lack(u Uncompared) {
	c.Log.Warn("repository has no lines", "dir", u.Dir, "reason", u.Reason)
	c.set.Uncompared = append(c.set.Uncompared, u)
}

// repository is a git work tree that holds modules of the build, or a part of
// one (a submodule below a module).
type repository struct {
	*git.Repository
	rel   string // top relative to the first repository's, with slashes
	first string // the first module's directory relative to top, with slashes
	main  bool   // it holds what the build is of: the go.work, or the main module
}

// openRepository asks git about the work tree around dir.
func openRepository(ctx context.Context, dir string, w *git.Witness) (*repository, error) {
	r, err := git.Open(ctx, dir, w)
	if err != nil {
		return nil, err
	}
	return &repository{Repository: r}, nil
}

// within reports whether a directory is another one or lies below it.
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
