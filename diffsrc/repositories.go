package diffsrc

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

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

// findRepositories returns the work trees that the modules lie in, and those
// that record them as submodules: the one that the build is of first, a
// superproject before its submodules. The order of the modules decides nothing.
// A module in no repository is noted; where there are only such, that is an error.
func (c *comparison) findRepositories(ctx context.Context) ([]*repository, error) {
	var list []*repository
	var first error
	seen := make(map[string]bool) // nearest directory that holds .git
	for _, m := range c.owner.Modules {
		near := cmp.Or(git.Nearest(m.Dir, c.Witness), m.Dir)
		if seen[near] {
			continue
		}
		seen[near] = true
		r, err := openRepository(ctx, m.Dir, c.Witness)
		switch {
		case ctx.Err() != nil:
			return nil, err
		case err != nil:
			first = cmp.Or(first, err)
			c.lack(Uncompared{Dir: m.Dir, Reason: err.Error()})
		case !slices.ContainsFunc(list, func(other *repository) bool { return other.Top == r.Top }):
			if first, err := filepath.Rel(r.Top, m.Dir); err == nil {
				r.first = filepath.ToSlash(first)
			}
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		return nil, first
	}
	list, err := c.addSuperprojects(ctx, list)
	for _, r := range list {
		r.main = within(r.Top, c.Root)
	}
	slices.SortFunc(list, func(a, b *repository) int {
		if a.main != b.main {
			return boolOrder(a.main)
		}
		return strings.Compare(a.Top, b.Top)
	})
	c.top = list[0].Top
	for _, r := range list {
		r.relateTo(c.top)
	}
	return list, err
}

func boolOrder(first bool) int {
	if first {
		return -1
	}
	return 1
}

// addSuperprojects adds the repositories that have others as submodules, unless
// the build is of the submodule itself.
func (c *comparison) addSuperprojects(ctx context.Context, list []*repository) ([]*repository, error) {
	for i := 0; i < len(list); i++ { // the list grows
		r := list[i]
		near := ""
		if !within(r.Top, c.Root) {
			near = git.Nearest(filepath.Dir(r.Top), c.Witness)
		}
		if near == "" {
			continue
		}
		super, err := openRepository(ctx, near, c.Witness)
		if ctx.Err() != nil {
			return nil, err
		}
		if err != nil || !within(super.Top, r.Top) || slices.ContainsFunc(list, func(other *repository) bool { return other.Top == super.Top }) {
			continue
		}
		links, err := super.Gitlinks(ctx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(links, func(name string) bool { return super.Absolute(name) == r.Top }) {
			list = append(list, super)
		}
	}
	return list, nil
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
