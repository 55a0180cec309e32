package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/goat-trace/goat/hub/store/source/internal/git"
)

// Tree reads the files of one commit. It holds a git process until it is
// closed. It is safe for concurrent use, but reads one file at a time.
type Tree struct {
	mirror *Mirror
	commit string
	layout *layout
	batch  *git.Batch
}

// Open opens the tree of a commit, given as for Commit. The caller must close
// it.
func (m *Mirror) Open(ctx context.Context, commit string) (*Tree, error) {
	full, err := m.Commit(ctx, commit)
	if err != nil {
		return nil, err
	}
	t := &Tree{mirror: m, commit: full}
	if t.batch, err = m.git.StartBatch(); err != nil {
		return nil, fmt.Errorf("reading commit %s of %s: %w", full, m.address, err)
	}
	if t.layout, err = t.findLayout(ctx); err != nil {
		t.Close()
		return nil, fmt.Errorf("reading commit %s of %s: %w", full, m.address, err)
	}
	return t, nil
}

// Commit returns the commit's full id.
func (t *Tree) Commit() string { return t.commit }

// Mirror returns the mirror from which the tree is read.
func (t *Tree) Mirror() *Mirror { return t.mirror }

// Close ends the process. The tree cannot be read after that.
func (t *Tree) Close() { t.batch.Close() }

// ReadFile returns the content of a file by its path in the repository, with
// slashes. It follows symbolic links within the tree. If the file does not
// exist, the error wraps fs.ErrNotExist.
func (t *Tree) ReadFile(ctx context.Context, name string) ([]byte, error) {
	return t.read(ctx, t.commit, name)
}

// read reads a file of a commit. It refuses a name with a line break, which
// would be two questions.
func (t *Tree) read(ctx context.Context, commit, name string) ([]byte, error) {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\n\x00") {
		return nil, fmt.Errorf("reading %.200q: %w: this is no path of a repository", name, fs.ErrNotExist)
	}
	o := t.mirror.options
	data, err := t.batch.File(ctx, commit+":"+name, git.Limits{Time: o.ReadTimeout, Bytes: o.FileBytes})
	if err != nil {
		return nil, fmt.Errorf("reading %s at commit %.12s of %s: %w", name, commit, t.mirror.address, err)
	}
	return data, nil
}

// Source returns the text of a file by its name in a profile: the import path
// of its package and its base name. It looks in the modules of the repository,
// then in their vendor directories.
func (t *Tree) Source(ctx context.Context, name string) ([]byte, error) {
	_, text, err := t.Find(ctx, name)
	return text, err
}

// Find is like Source, and also returns the file's path in the repository.
func (t *Tree) Find(ctx context.Context, name string) (file string, text []byte, err error) {
	for _, p := range t.layout.candidates(name) {
		data, err := t.ReadFile(ctx, p)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return p, data, err
		}
	}
	return "", nil, fmt.Errorf("%s is not in %s at commit %.12s: it comes from another module, or was generated while building: %w",
		path.Clean(name), t.mirror.address, t.commit, fs.ErrNotExist)
}

// Name returns the name of a repository's file in profiles, or "" if it belongs
// to no package that the go command would build there.
func (t *Tree) Name(file string) string { return t.layout.name(file) }

// findLayout finds the modules of the commit. The result is cached by commit.
func (t *Tree) findLayout(ctx context.Context) (*layout, error) {
	m := t.mirror
	m.mu.Lock()
	known, ok := m.layouts.get(t.commit)
	m.mu.Unlock()
	if ok {
		return known, nil
	}
	out, err := m.read(ctx, "", "ls-tree", "-r", "-z", "--full-tree", "--name-only", t.commit)
	if err != nil {
		return nil, fmt.Errorf("listing its files: %w", err)
	}
	l := &layout{}
	for name := range bytes.SplitSeq(out, []byte{0}) {
		if path.Base(string(name)) != "go.mod" || outside(string(name)) || len(l.modules) == maxModules {
			continue
		}
		text, err := t.ReadFile(ctx, string(name))
		if err != nil && ctx.Err() != nil {
			return nil, err
		}
		l.add(string(name), modfile.ModulePath(text))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.layouts.put(t.commit, l, time.Time{})
	return l, nil
}
