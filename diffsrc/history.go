package diffsrc

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// History answers what git knows of one file of a work tree. Lines and texts are
// those of git's objects: no filter is run.
type History struct {
	r   *repository
	rel string // of the file in the repository, with slashes
}

// Commit is the commit that a line comes from.
type Commit struct {
	Hash    string    `json:"hash"`
	Author  string    `json:"author"`
	Time    time.Time `json:"time"`
	Summary string    `json:"summary"`
}

// OpenHistory finds the repository of a file, whose name is absolute. The file
// may be new. Without a repository the error wraps ErrUnavailable.
func OpenHistory(ctx context.Context, file string) (*History, error) {
	dir, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("finding the directory of %s: %w", file, err)
	}
	r, err := openRepository(ctx, dir, nil)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(r.Top, filepath.Join(dir, filepath.Base(file)))
	if err != nil {
		return nil, fmt.Errorf("placing %s in its repository: %w", file, err)
	}
	return &History{r, filepath.ToSlash(rel)}, nil
}

// Path returns the file's path in its repository, with slashes.
func (h *History) Path() string { return h.rel }

// Top returns the directory of the repository's work tree.
func (h *History) Top() string { return h.r.Top }

// Committed returns the file's text in HEAD; ok is false where HEAD has no such file.
func (h *History) Committed(ctx context.Context) (text []byte, ok bool, err error) {
	return h.At(ctx, h.r.Head, h.rel)
}

// At returns the text that a file of the repository has in a commit; ok is false
// where the commit has no such file.
func (h *History) At(ctx context.Context, commit, path string) (text []byte, ok bool, err error) {
	if commit == "" {
		return nil, false, nil
	}
	listed, err := h.r.Git.Run(ctx, nil, "ls-tree", "-z", "--full-tree", commit, "--", ":(literal)"+path)
	if err != nil {
		return nil, false, fmt.Errorf("looking for %s in commit %.12s: %w", path, commit, err)
	}
	fields := strings.Fields(string(listed))
	if len(fields) < 3 || fields[1] != "blob" {
		return nil, false, nil
	}
	text, err = h.r.Git.Run(ctx, nil, "cat-file", "blob", fields[2])
	if err != nil {
		return nil, false, fmt.Errorf("reading %s of commit %.12s: %w", path, commit, err)
	}
	return text, true, nil
}

// Origin returns the commit that the line of HEAD's text comes from, 1-based.
func (h *History) Origin(ctx context.Context, line int) (Commit, error) {
	at := strconv.Itoa(line)
	out, err := h.r.Git.Run(ctx, nil, "blame", "--no-textconv", "--porcelain", "-L", at+","+at, h.r.Head, "--", h.rel)
	if err != nil {
		return Commit{}, fmt.Errorf("asking git for the commit of line %d: %w", line, err)
	}
	return parseOrigin(string(out))
}

// parseOrigin reads what git blame --porcelain prints of one line.
func parseOrigin(out string) (Commit, error) {
	hash, _, _ := strings.Cut(out, " ")
	if !git.IsHex(hash) {
		return Commit{}, fmt.Errorf("reading git's answer: unexpected line %q", git.FirstLine(out))
	}
	c := Commit{Hash: hash}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "\t") {
			break // the line itself
		}
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "author":
			c.Author = value
		case "author-time":
			if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
				c.Time = time.Unix(seconds, 0).UTC()
			}
		case "summary":
			c.Summary = value
		}
	}
	return c, nil
}

// IgnoredBy returns the rule by which git ignores the file, as ".gitignore:3: *.pb.go"; ok
// is false for a file that git tracks or would track.
func (h *History) IgnoredBy(ctx context.Context) (rule string, ok bool, err error) {
	out, err := h.r.Git.Run(ctx, strings.NewReader(h.rel+"\x00"), "check-ignore", "-v", "-z", "--stdin")
	if git.ExitCode(err) == 1 {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("asking git whether it ignores %s: %w", h.rel, err)
	}
	fields := strings.Split(string(out), "\x00")
	if len(fields) < 4 {
		return "", false, errors.New("reading git's answer: too few fields of check-ignore")
	}
	if strings.HasPrefix(fields[2], "!") {
		return "", false, nil
	}
	return fmt.Sprintf("%s:%s: %s", fields[0], fields[1], fields[2]), true, nil
}

// Renamed returns the name that a file of a repository had in the base, where it
// has been renamed since; "" where it has not.
func (s *LineSet) Renamed(b Base, path string) string {
	repo := "."
	if len(s.Bases) > 0 && s.Bases[0].Dir != b.Dir {
		rel, err := filepath.Rel(s.Bases[0].Dir, b.Dir)
		if err != nil {
			return ""
		}
		repo = filepath.ToSlash(rel)
	}
	for _, p := range s.Pairs {
		if p.Moved == "" && p.Repo == repo && p.New == path {
			return p.Old
		}
	}
	return ""
}

// RepositoryTop returns the closest directory at or above dir with a .git entry, ""
// for none.
func RepositoryTop(dir string) string { return git.Nearest(dir, nil) }
