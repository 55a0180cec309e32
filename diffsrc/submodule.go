package diffsrc

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// whole is what is compared at once: a repository, and the repositories in its
// work tree whose code is part of the build. All names are relative to the top
// of the outermost one, so it does not matter which of them keeps a file. A
// directory that became a submodule has no changed lines, and code may move
// between the repositories.
type whole struct {
	root  *repository
	bases []Base // of the repositories below root
	tree  *baseTree
	work  map[string]workFile
}

// member is one repository of a whole.
type member struct {
	*repository
	base   Base
	prefix string // its path below the root, with a slash at the end; "" for the root
	source *repository
}

// gather reads a member, and then the repositories in its work tree.
func (c *comparison) gather(ctx context.Context, w *whole, m member) error {
	skip := func(name string) bool { return c.owner.Vendors(m.Absolute(name)) }
	tree, err := m.source.readBase(ctx, m.base.Used, skip)
	if err != nil {
		return err
	}
	files, layout, err := m.readWorkTree(ctx, tree, skip)
	if err != nil {
		return err
	}
	w.lend(m.prefix, m.source, tree)
	for name, f := range files {
		w.work[m.prefix+name] = f
	}
	c.repositories = append(c.repositories, m.repository)
	c.noteLayout(m.repository, layout)
	return c.inside(ctx, w, m, tree, layout)
}

// lend adds the files of a repository's base.
func (w *whole) lend(prefix string, r *repository, tree *baseTree) {
	for name, oid := range tree.files {
		w.tree.files[prefix+name] = oid
	}
	w.tree.lenders = append(w.tree.lenders, lender{r.Repository, tree})
}

// drop removes everything below a directory from the comparison.
func (w *whole) drop(prefix string) {
	for name := range w.tree.files {
		if strings.HasPrefix(name, prefix) {
			delete(w.tree.files, name)
		}
	}
	for name := range w.work {
		if strings.HasPrefix(name, prefix) {
			delete(w.work, name)
		}
	}
}

// inside adds the repositories in a member's work tree: its submodules,
// submodules that are only in the index, and clones that git does not know.
// Their base is the commit that the member's base records. If it records none,
// their code is new.
func (c *comparison) inside(ctx context.Context, w *whole, m member, tree *baseTree, layout *layout) error {
	var gone []string
	recorded := slices.Concat(slices.Collect(maps.Keys(tree.gitlinks)), layout.gitlinks)
	names := slices.Concat(recorded, layout.clones)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		dir := m.Absolute(name)
		if c.open[dir] || c.owner.Vendors(filepath.Join(dir, "x")) || !c.wanted(dir, slices.Contains(recorded, name)) {
			continue
		}
		c.Witness.Saw(filepath.Join(dir, ".git"))
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err != nil {
			gone = append(gone, name)
			continue
		}
		if err := c.clone(ctx, w, m, tree, name); err != nil {
			return err
		}
	}
	for _, name := range gone {
		if err := c.withoutClone(ctx, w, m, tree, name, slices.Contains(layout.gitlinks, name)); err != nil {
			return err
		}
	}
	return nil
}

// clone adds a repository in a directory of a member.
func (c *comparison) clone(ctx context.Context, w *whole, m member, tree *baseTree, name string) error {
	dir := m.Absolute(name)
	sub, err := openRepository(ctx, dir, c.Witness)
	if ctx.Err() != nil {
		return err
	}
	prefix := m.prefix + name + "/"
	if err == nil && sub.Top != dir {
		err = fmt.Errorf("opening the git repository %s: its .git leads to none", dir)
	}
	if err == nil && sub.Format != w.root.Format {
		err = fmt.Errorf("comparing %s: its objects are named by %s, those of %s by %s", dir, sub.Format, w.root.Top, w.root.Format)
	}
	if err != nil {
		c.lack(Uncompared{Dir: dir, Reason: err.Error()})
		w.drop(prefix)
		return nil
	}
	c.open[sub.Top] = true
	in := member{repository: sub, prefix: prefix, source: sub, base: Base{Dir: sub.Top, Ref: InitRef, Mode: ModeDirect}}
	if pinned := tree.gitlinks[name]; pinned != "" {
		if in.source = c.keeper(ctx, w, m, sub, pinned); in.source == nil {
			c.lack(Uncompared{Dir: dir, Reason: missingPin(ctx, m, sub, pinned), Submodule: true})
			w.drop(prefix)
			return nil
		}
		in.base.Ref, in.base.Commit, in.base.Used = pinned, pinned, pinned
	}
	sub.relateTo(c.top)
	w.bases = append(w.bases, in.base)
	return c.gather(ctx, w, in)
}

// withoutClone adds the base's files of a submodule that was removed or is not
// checked out. listed says that it is still in the index.
func (c *comparison) withoutClone(ctx context.Context, w *whole, m member, tree *baseTree, name string, listed bool) error {
	dir, prefix := m.Absolute(name), m.prefix+name+"/"
	found := false
	if listed { // git does not look inside
		files, err := plainFiles(dir)
		if err != nil {
			return err
		}
		for file, content := range files {
			w.work[prefix+file], found = workFile{content: content}, true
		}
		if found {
			c.Witness.CannotTell() // which files there are
		}
	}
	for file := range w.work {
		found = found || strings.HasPrefix(file, prefix)
	}
	pinned := tree.gitlinks[name]
	if pinned == "" || listed && !found {
		return nil
	}
	old := c.keeper(ctx, w, m, nil, pinned)
	if old == nil {
		if found {
			c.lack(Uncompared{Dir: dir, Reason: missingPin(ctx, m, nil, pinned), Submodule: true})
			w.drop(prefix)
		}
		return nil
	}
	base, err := old.readBase(ctx, pinned, func(file string) bool { return c.owner.Vendors(filepath.Join(dir, filepath.FromSlash(file))) })
	if err != nil {
		return err
	}
	w.lend(prefix, old, base)
	return nil
}

// plainFiles reads the .go files in a directory that git does not look into.
func plainFiles(dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !gofile.IsGo(file) {
			return nil
		}
		content, err := gofile.Read(file)
		if rel, relErr := filepath.Rel(dir, file); err == nil && relErr == nil && content != nil {
			files[filepath.ToSlash(rel)] = content
		}
		return err
	})
	return files, err
}

// wanted reports whether a repository in another one's work tree is compared
// together with it. A recorded one (a submodule) is, if it holds modules of the
// build, belongs to a module around it, or may be the target of a replace
// directive. A clone that is not recorded is, if it belongs to a module around
// it and holds no module of the build; if it holds one, it is a repository of
// its own.
func (c *comparison) wanted(dir string, recorded bool) bool {
	holds := slices.ContainsFunc(c.owner.Modules, func(m modules.Module) bool { return within(dir, m.Dir) })
	if recorded {
		return holds || c.Requirements != nil || c.owner.OfDir(dir) != nil
	}
	return !holds && c.owner.OfDir(dir) != nil
}

// keeper returns a repository that has the given commit of a submodule: the
// submodule itself, another one that is checked out (submodules may move), or
// the copy that git keeps of submodules that are not checked out. It returns
// nil if there is none.
func (c *comparison) keeper(ctx context.Context, w *whole, m member, sub *repository, commit string) *repository {
	candidates := c.repositories
	if sub != nil {
		candidates = []*repository{sub}
	}
	for _, r := range candidates {
		if _, err := r.Commit(ctx, commit); err == nil && r.Format == w.root.Format {
			return r
		}
	}
	for _, dir := range keptSubmodules(m.Objects) {
		r := &repository{Repository: &git.Repository{Objects: dir, Format: w.root.Format, Top: m.Top}}
		s, err := git.NewScratch(r.Repository, c.CacheDir)
		if err != nil {
			return nil
		}
		c.scratches = append(c.scratches, s)
		if r.Git = s.Git; r.Has(ctx, commit) {
			return r
		}
	}
	return nil
}

// keptSubmodules returns the object directories of the submodules whose
// repositories git keeps in the repository with the given object directory.
func keptSubmodules(objects string) []string {
	var found []string
	_ = filepath.WalkDir(filepath.Join(filepath.Dir(objects), "modules"), func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		switch d.Name() {
		case "objects":
			found = append(found, dir)
			return fs.SkipDir
		case "refs", "logs", "hooks", "info", "branches", "worktrees":
			return fs.SkipDir
		}
		return nil
	})
	return found
}

// missingPin says how to get the commit that a base records for a submodule.
func missingPin(ctx context.Context, m member, sub *repository, commit string) string {
	text := fmt.Sprintf("resolving commit %s, which the base of %s records for a submodule: it is not there: run `git -C ", commit, m.Top)
	if sub == nil {
		return text + fmt.Sprintf("%s fetch ADDRESS %s` with the address that the submodule had", shellWord(m.Top), commit)
	}
	remote := cmp.Or(git.DefaultRemote(sub.Remotes(ctx)), "origin")
	if sub.Shallow {
		remote = "--depth=1 " + remote
	}
	return text + fmt.Sprintf("%s fetch %s %s`", shellWord(sub.Top), remote, commit)
}

// shellWord writes a word as a shell reads it.
func shellWord(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n'\"\\$`*?[](){}<>|&;#~!", r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
