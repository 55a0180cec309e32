package diffsrc

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// findRepositories returns the work trees that hold the modules, and those that
// have them as submodules. The repository that is being built comes first, and
// a superproject comes before its submodules. The order of the modules does not
// matter. A module in no repository is recorded as uncompared; it is an error
// if all are.
func (c *comparison) findRepositories(ctx context.Context) ([]*repository, error) {
	var list []*repository
	var first error
	seen := make(map[string]bool) // by nearest directory with a .git
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
// the submodule itself is being built.
func (c *comparison) addSuperprojects(ctx context.Context, list []*repository) ([]*repository, error) {
	for i := 0; i < len(list); i++ { // the list grows meanwhile
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
