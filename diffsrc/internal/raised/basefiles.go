package raised

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// baseState reads the files of the bases by their names in the work tree.
type baseState struct {
	*Finder
	files map[string][]byte
}

// read returns a file of the base, nil if the base does not have it.
func (b *baseState) read(ctx context.Context, file string) ([]byte, error) {
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

// sums returns the go.sum files beside the go.mod files that were read.
func (b *baseState) sums(ctx context.Context) []byte {
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

// location is a file's place in a repository.
type location struct {
	Repository
	name string // of the file
	err  error  // the repository has no such base
}

// locate returns where the base has a file of the work tree: in the innermost of
// the repositories that were compared, or else in one that only a replace
// directive leads to, which is compared with the base of the same name in it. ok
// is false for a file in no repository.
func (f *Finder) locate(ctx context.Context, file string) (l location, ok bool) {
	resolved := file
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		resolved = filepath.Join(dir, filepath.Base(file))
	}
	for _, r := range f.Repositories {
		if within(r.Top, resolved) && (!ok || len(r.Top) >= len(l.Top)) {
			l, ok = location{Repository: r}, true
		}
	}
	if near := git.Nearest(resolved, nil); near != "" && !f.Compared[near] && (!ok || near != l.Top && within(l.Top, near)) {
		l, ok = f.elsewhere(ctx, near)
	}
	if ok {
		rel, err := filepath.Rel(l.Top, resolved)
		l.name, ok = filepath.ToSlash(rel), err == nil
	}
	return l, ok
}

// elsewhere opens a repository that no module of the build is in.
func (f *Finder) elsewhere(ctx context.Context, top string) (location, bool) {
	l, known := f.opened[top]
	if !known {
		l.Repository, l.err = f.Open(ctx, top)
		if f.opened == nil {
			f.opened = make(map[string]location)
		}
		f.opened[top] = l
	}
	return l, l.Repository.Repository != nil
}

// within reports whether a directory is another one or lies below it.
func within(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}
