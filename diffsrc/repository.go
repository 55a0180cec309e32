package diffsrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// repository is a git work tree that holds modules of the build, or a part of
// one (a submodule below a module).
type repository struct {
	git     git
	top     string // absolute, symbolic links resolved
	rel     string // top relative to the first repository's, with slashes
	objects string // the object directory
	format  string // "sha1" or "sha256"
	shallow bool
	partial bool   // git may fetch objects on demand
	head    string // the commit of HEAD; "" when there is none yet
	first   string // the first module's directory relative to top, with slashes
	main    bool   // it holds the build's first module
	inside  bool   // it is a submodule of a module's repository
	pinned  string // the commit that the superproject's base records for it; "" for none
}

// findRepositories groups modules by the work tree they lie in.
func findRepositories(ctx context.Context, modules []Module, w *Witness) ([]*repository, error) {
	var list []*repository
	seen := make(map[string]*repository) // by nearest directory that holds .git
	tops := make(map[string]bool)
	for _, m := range modules {
		near := nearestGit(m.Dir, w)
		if near == "" {
			near = m.Dir
		}
		if seen[near] != nil {
			continue
		}
		r, err := openRepository(ctx, m.Dir, w)
		if err != nil && len(list) > 0 && errors.Is(err, ErrUnavailable) {
			continue // a workspace's module elsewhere; the main module decides
		}
		if err != nil {
			return nil, err
		}
		seen[near] = r
		if tops[r.top] {
			continue
		}
		tops[r.top] = true
		r.main = len(list) == 0
		if first, err := filepath.Rel(r.top, m.Dir); err == nil {
			r.first = filepath.ToSlash(first)
		}
		list = append(list, r)
	}
	for _, r := range list {
		r.relateTo(list[0].top)
	}
	return list, nil
}

func (r *repository) relateTo(main string) {
	rel, err := filepath.Rel(main, r.top)
	if err != nil {
		rel = r.top
	}
	r.rel = filepath.ToSlash(rel)
}

// nearestGit returns the closest directory at or above dir with a .git entry.
func nearestGit(dir string, w *Witness) string {
	for {
		w.saw(filepath.Join(dir, ".git"))
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// openRepository asks git about the work tree around dir.
func openRepository(ctx context.Context, dir string, w *Witness) (*repository, error) {
	g := userGit(dir, os.Environ(), false)
	g.witness = w
	r, err := describe(ctx, dir, g)
	if err != nil && notRepository(err) && os.Getenv("GIT_DIR") != "" {
		g = userGit(dir, os.Environ(), true)
		g.witness = w
		if kept, retry := describe(ctx, dir, g); retry == nil {
			return kept, nil
		}
	}
	if err != nil && ctx.Err() == nil {
		return nil, unavailable{openingError(dir, err)} // whatever git has against it, no wish of the user's is wrong
	}
	return r, err
}

func describe(ctx context.Context, dir string, g git) (*repository, error) {
	// HEAD stands among the questions to spare a process; without a commit git
	// refuses all of them.
	ask := []string{"rev-parse", "--show-object-format", "--is-shallow-repository", "--git-path", "objects", "HEAD", "--show-toplevel"}
	out, err := g.run(ctx, nil, ask...)
	if err != nil && exitCode(err) >= 0 {
		ask[5] = "--is-inside-work-tree"
		out, err = g.run(ctx, nil, ask...)
	}
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(strings.TrimSuffix(string(out), "\n"), "\n", 5)
	if len(lines) != 5 {
		return nil, fmt.Errorf("asking git for the repository of %s: unexpected answer %q: install git 2.31 or newer", dir, out)
	}
	r := &repository{format: lines[0], shallow: lines[1] == "true", objects: filepath.FromSlash(lines[2])}
	if !filepath.IsAbs(r.objects) {
		r.objects = filepath.Join(dir, r.objects)
	}
	if isHex(lines[3]) {
		r.head = lines[3]
	}
	if r.top, err = filepath.EvalSymlinks(filepath.FromSlash(lines[4])); err != nil {
		return nil, fmt.Errorf("finding the top of the work tree: %w", err)
	}
	promised, err := filepath.Glob(filepath.Join(globQuote(r.objects), "pack", "*.promisor"))
	r.partial = err == nil && len(promised) > 0
	r.git = g
	r.git.dir = r.top
	return r, nil
}

func notRepository(err error) bool {
	return strings.Contains(err.Error(), "not a git repository")
}

// openingError adds to git's refusal what to do about it.
func openingError(dir string, err error) error {
	text := err.Error()
	switch {
	case notRepository(err):
		return fmt.Errorf("looking for the git repository of %s: %w (%w): set base INIT, a patch file (-patchfile) "+
			"or an index made by `goat index` (GOAT_INDEX)", dir, err, ErrUnavailable)
	case strings.Contains(text, "must be run in a work tree"):
		return fmt.Errorf("looking for the work tree of %s: the repository is bare (%w): check a commit out with "+
			"`git worktree add`, or set base INIT or a patch file (-patchfile)", dir, ErrUnavailable)
	case strings.Contains(text, "dubious ownership"), strings.Contains(text, "unsafe repository"):
		top := nearestGit(dir, nil)
		if top == "" {
			top = dir
		}
		return fmt.Errorf("opening the git repository %s: git refuses it because another user owns it: "+
			"run `git config --global --add safe.directory %s`", top, top)
	}
	return fmt.Errorf("opening the git repository of %s: %w", dir, err)
}
