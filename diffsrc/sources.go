package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// Sources reads the files of a repository at any of its commits, for callers
// that show source. It fetches nothing and starts no program of the
// repository's.
type Sources struct{ r *git.Repository }

// OpenSources opens the repository whose work tree holds a directory.
func OpenSources(ctx context.Context, dir string) (*Sources, error) {
	r, err := git.Open(ctx, dir, nil)
	if err != nil {
		return nil, err
	}
	return &Sources{r}, nil
}

// Top is the absolute path of the work tree.
func (s *Sources) Top() string { return s.r.Top }

// Head is the commit that is checked out; "" before the first one.
func (s *Sources) Head() string { return s.r.Head }

// SourceTree is the files of one commit.
type SourceTree struct {
	r     *git.Repository
	blobs map[string]string // by path
}

// At lists the files of a commit, which must be a full hash. It returns an
// error if the repository does not have the commit.
func (s *Sources) At(ctx context.Context, commit string) (*SourceTree, error) {
	if len(commit) < 40 || strings.Trim(commit, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("%q is no commit's full name", commit)
	}
	out, err := s.r.Git.Run(ctx, nil, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return nil, fmt.Errorf("listing the files of commit %s: %w", commit, err)
	}
	t := &SourceTree{r: s.r, blobs: make(map[string]string)}
	for record := range bytes.SplitSeq(out, []byte{0}) {
		if e, ok := git.ParseEntry(record); ok && e.Mode != git.ModeGitlink && e.Mode != git.ModeLink {
			t.blobs[e.Path] = e.OID
		}
	}
	return t, nil
}

// Paths returns the files' names that keep accepts, relative to the top, with
// slashes.
func (t *SourceTree) Paths(keep func(path string) bool) []string {
	var list []string
	for path := range t.blobs {
		if keep(path) {
			list = append(list, path)
		}
	}
	return list
}

// Has reports whether the commit has such a file.
func (t *SourceTree) Has(path string) bool { return t.blobs[path] != "" }

// Read returns the texts of files. It leaves out those that do not exist.
func (t *SourceTree) Read(ctx context.Context, paths []string) (map[string]string, error) {
	var names, oids []string
	for _, path := range paths {
		if oid := t.blobs[path]; oid != "" {
			names, oids = append(names, path), append(oids, oid)
		}
	}
	texts := make(map[string]string)
	err := (&git.Scratch{Git: t.r.Git}).Blobs(ctx, oids, func(i int, content []byte) { texts[names[i]] = string(content) })
	if err != nil {
		return nil, err
	}
	return texts, nil
}
