package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Repository is a git work tree.
type Repository struct {
	Git     Git
	Top     string   // absolute, without symbolic links
	Objects string   // the object directory
	Lent    []string // object directories of other repositories
	index   string   // the index file
	// attributes is the file info/attributes.
	attributes string
	Format     string // "sha1" or "sha256"
	Shallow    bool
	Partial    bool   // git may fetch objects on demand
	Head       string // the commit of HEAD; "" before the first commit
}

// Nearest returns the closest directory at or above dir that has a .git entry.
func Nearest(dir string, w *Witness) string {
	for {
		w.Saw(filepath.Join(dir, ".git"))
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

// Open asks git about the work tree around dir.
func Open(ctx context.Context, dir string, w *Witness) (*Repository, error) {
	r, err := openAround(ctx, dir, w)
	if err != nil && (notRepository(err) || errors.Is(err, errBare)) && os.Getenv("GIT_DIR") != "" {
		g := ForUser(dir, os.Environ(), true)
		g.Witness = w
		if kept, retry := describe(ctx, dir, g); retry == nil {
			return kept, nil
		}
	}
	if err != nil && ctx.Err() == nil {
		return nil, Unavailable{openingError(dir, err)} // whatever git's reason, the user asked nothing wrong
	}
	return r, err
}

// openAround opens the repository that has dir in its work tree. git may find
// the files of a bare repository in dir or above, which anybody can commit
// beside a go.mod. Like the go command, it does not accept them as a
// repository, and looks for the next .git above.
func openAround(ctx context.Context, dir string, w *Witness) (*Repository, error) {
	for {
		g := ForUser(dir, os.Environ(), false)
		g.Witness = w
		r, err := describe(ctx, dir, g)
		if err == nil || !errors.Is(err, errBare) {
			return r, err
		}
		near := Nearest(dir, w)
		if near == dir { // its .git is not a repository
			near = Nearest(filepath.Dir(dir), w)
		}
		if near == "" {
			return nil, err
		}
		dir = near
	}
}

// errBare says that git found a repository other than by a .git.
var errBare = errors.New("cannot use bare repository")

func describe(ctx context.Context, dir string, g Git) (*Repository, error) {
	// HEAD is among the questions because that saves a process. Before the
	// first commit, git answers none of them.
	const head = 10
	ask := []string{"rev-parse", "--show-object-format", "--is-shallow-repository",
		"--git-path", "objects", "--git-path", "index", "--git-path", "info/attributes", "--git-dir", "HEAD", "--show-toplevel"}
	out, err := g.Run(ctx, nil, ask...)
	if err != nil && ExitCode(err) >= 0 {
		ask[head] = "--is-inside-work-tree"
		out, err = g.Run(ctx, nil, ask...)
	}
	if err != nil && strings.Contains(err.Error(), errBare.Error()) {
		return nil, fmt.Errorf("%w: %w", errBare, err)
	}
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(strings.TrimSuffix(string(out), "\n"), "\n", 8)
	if len(lines) != 8 {
		return nil, fmt.Errorf("asking git for the repository of %s: unexpected answer %q: install git 2.31 or newer", dir, out)
	}
	under := func(name string) string {
		if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return name
	}
	if !g.located && !foundByDotGit(dir, under(lines[5])) {
		return nil, fmt.Errorf("%w %s", errBare, under(lines[5]))
	}
	r := &Repository{Format: lines[0], Shallow: lines[1] == "true", Objects: under(lines[2]), index: under(lines[3]), attributes: under(lines[4])}
	if IsHex(lines[6]) {
		r.Head = lines[6]
	}
	if r.Top, err = filepath.EvalSymlinks(filepath.FromSlash(lines[7])); err != nil {
		return nil, fmt.Errorf("finding the top of the work tree: %w", err)
	}
	promised, err := filepath.Glob(filepath.Join(globQuote(r.Objects), "pack", "*.promisor"))
	r.Partial = err == nil && len(promised) > 0
	r.Git = g
	r.Git.dir = r.Top
	return r, nil
}

// foundByDotGit reports whether a git directory is the .git of dir or of a
// directory above it, or the directory that a .git file there names. git before
// 2.38 does not know safe.bareRepository and does not check this.
func foundByDotGit(dir, gitDir string) bool {
	want, err := filepath.EvalSymlinks(gitDir)
	if err != nil {
		return false
	}
	for {
		name := filepath.Join(dir, ".git")
		if data, err := os.ReadFile(name); err == nil {
			if target, ok := strings.CutPrefix(strings.TrimRight(string(data), "\r\n"), "gitdir: "); ok {
				if name = filepath.FromSlash(target); !filepath.IsAbs(name) {
					name = filepath.Join(dir, name)
				}
			}
		}
		if got, err := filepath.EvalSymlinks(name); err == nil && got == want {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

func notRepository(err error) bool {
	return strings.Contains(err.Error(), "not a git repository")
}

// openingError adds a next step to git's refusal to open a repository.
func openingError(dir string, err error) error {
	text := err.Error()
	switch {
	case notRepository(err):
		return fmt.Errorf("looking for the git repository of %s: %w (%w): set base INIT, a patch file (-patchfile) "+
			"or an index made by `goat index` (GOAT_INDEX)", dir, err, ErrUnavailable)
	case strings.Contains(text, "must be run in a work tree"), errors.Is(err, errBare):
		return fmt.Errorf("looking for the work tree of %s: the repository is bare (%w): check a commit out with "+
			"`git worktree add`, or set base INIT or a patch file (-patchfile)", dir, ErrUnavailable)
	case strings.Contains(text, "dubious ownership"), strings.Contains(text, "unsafe repository"):
		top := Nearest(dir, nil)
		if top == "" {
			top = dir
		}
		return fmt.Errorf("opening the git repository %s: git refuses it because another user owns it: "+
			"run `git config --global --add safe.directory %s`", top, top)
	}
	return fmt.Errorf("opening the git repository of %s: %w: run `git status` there and mend what it says", dir, err)
}

// globQuote quotes a path so that as a pattern it matches only itself.
func globQuote(path string) string {
	return strings.NewReplacer("*", `[*]`, "?", `[?]`, "[", `[[]`).Replace(path)
}

// Absolute returns the absolute path of a file of the work tree.
func (r *Repository) Absolute(name string) string {
	return filepath.Join(r.Top, filepath.FromSlash(name))
}

// ErrNoCommit says that a revision is not a commit.
var ErrNoCommit = errors.New("it names no commit")

// Commit returns the full hash of the commit that ref names.
func (r *Repository) Commit(ctx context.Context, ref string) (string, error) {
	hash, err := r.Git.Line(ctx, "rev-parse", "--verify", "--quiet", ref+"^{commit}")
	if err == nil && !IsHex(hash) { // ^main means all that is not in main
		return "", ErrNoCommit
	}
	return hash, err
}

// Has reports whether the repository has a commit and its tree.
func (r *Repository) Has(ctx context.Context, commit string) bool {
	_, err := r.Git.Run(ctx, nil, "cat-file", "-e", commit+"^{tree}")
	return err == nil
}

// Remotes returns the names of the remotes, or nil if git fails.
func (r *Repository) Remotes(ctx context.Context) []string {
	out, err := r.Git.Run(ctx, nil, "remote")
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}

// DefaultRemote returns origin if it is among the remotes, otherwise the only
// remote, otherwise "".
func DefaultRemote(remotes []string) string {
	for _, name := range remotes {
		if name == "origin" {
			return name
		}
	}
	if len(remotes) == 1 {
		return remotes[0]
	}
	return ""
}

// HashLength returns the number of hex digits of a hash in an object format,
// sha1 or sha256.
func HashLength(format string) int {
	if format == "sha256" {
		return 64
	}
	return 40
}

// IsHex reports whether s consists of hex digits, at least one.
func IsHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
