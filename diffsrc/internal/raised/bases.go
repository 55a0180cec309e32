package raised

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// Bases reads files and directories of the work tree in their base's state. It
// is not safe for concurrent use.
type Bases struct {
	// Repositories are the repositories that were compared.
	Repositories []Repository
	// Compared holds the tops of their work trees, and the tops of repositories
	// without a base.
	Compared map[string]bool
	// Open opens another repository by the top of its work tree, with the base
	// of the same name in it. It returns an error if that repository has no
	// such base, and the zero Repository if there is no repository.
	Open func(ctx context.Context, top string) (Repository, error)

	opened map[string]location // by top of the work tree
	files  map[string][]byte   // files that were read, by name
}

// Repository is a repository and the commit that is its base.
type Repository struct {
	*git.Repository
	Base string
}

// location is a file's place in a repository.
type location struct {
	Repository
	name string // of the file
	err  error  // the repository has no such base
}

// read returns a file of the base, or nil if the base does not have it.
func (b *Bases) read(ctx context.Context, file string) ([]byte, error) {
	if data, ok := b.files[file]; ok {
		return data, nil
	}
	if b.files == nil {
		b.files = make(map[string][]byte)
	}
	l, ok := b.locate(ctx, file)
	if !ok || l.err != nil {
		return nil, nil
	}
	data, _, err := l.Blob(ctx, l.Base+":"+l.name)
	if err == nil {
		b.files[file] = data
	}
	return data, err
}

// sums returns the go.sum files next to the go.mod files that were read.
func (b *Bases) sums(ctx context.Context) []byte {
	var all []byte
	for _, file := range slices.Sorted(maps.Keys(b.files)) {
		name := filepath.Join(filepath.Dir(file), "go.sum")
		if ext := filepath.Ext(file); ext == ".work" {
			name = file + ".sum"
		} else if ext != ".mod" {
			continue
		}
		if data, err := b.read(ctx, name); err == nil {
			all = append(bytes.TrimRight(append(all, data...), "\n"), '\n')
		}
	}
	return all
}

// locate returns where the base has a file of the work tree. It looks in the
// innermost compared repository around the file. If only a replace directive
// leads to a repository, it is opened with the base of the same name. ok is
// false for a file in no repository.
func (b *Bases) locate(ctx context.Context, file string) (l location, ok bool) {
	resolved := file
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		resolved = filepath.Join(dir, filepath.Base(file))
	}
	for _, r := range b.Repositories {
		if within(r.Top, resolved) && (!ok || len(r.Top) >= len(l.Top)) {
			l, ok = location{Repository: r}, true
		}
	}
	if near := git.Nearest(resolved, nil); near != "" && !b.Compared[near] && (!ok || near != l.Top && within(l.Top, near)) {
		l, ok = b.elsewhere(ctx, near)
	}
	if ok {
		rel, err := filepath.Rel(l.Top, resolved)
		l.name, ok = filepath.ToSlash(rel), err == nil
	}
	return l, ok
}

// elsewhere opens a repository that holds no module of the build.
func (b *Bases) elsewhere(ctx context.Context, top string) (location, bool) {
	l, known := b.opened[top]
	if !known {
		l.Repository, l.err = b.Open(ctx, top)
		if b.opened == nil {
			b.opened = make(map[string]location)
		}
		b.opened[top] = l
	}
	return l, l.Repository.Repository != nil
}

// within reports whether a directory is dir or lies below it.
func within(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}
