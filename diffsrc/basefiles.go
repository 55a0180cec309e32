package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// baseState reads the files of the bases by their names in the work tree.
type baseState struct {
	*versions
	files map[string][]byte
}

// read returns a file of the base, nil if the base does not have it.
func (b *baseState) read(file string) ([]byte, error) {
	if data, ok := b.files[file]; ok {
		return data, nil
	}
	if b.files == nil {
		b.files = make(map[string][]byte)
	}
	r, commit, name, ok := b.locate(file)
	if !ok {
		return nil, nil
	}
	data, err := r.git.fixed().run(context.Background(), nil, "cat-file", "blob", commit+":"+name)
	if exitCode(err) > 0 {
		data, err = nil, nil
	}
	if err == nil {
		b.files[file] = data
	}
	return data, err
}

// sums returns the go.sum files beside the go.mod files that were read.
func (b *baseState) sums() []byte {
	var all []byte
	for _, file := range slices.Sorted(maps.Keys(b.files)) {
		name := filepath.Join(filepath.Dir(file), "go.sum")
		if ext := filepath.Ext(file); ext == ".work" {
			name = file + ".sum"
		} else if ext != ".mod" {
			continue
		}
		if data, err := b.read(name); err == nil {
			all = append(bytes.TrimRight(append(all, data...), "\n"), '\n')
		}
	}
	return all
}

// list evaluates the base's go.mod, or its workspace, in a copy.
func (b *baseState) list(ctx context.Context) ([]listed, error) {
	r, commit, root, ok := b.locate(filepath.Join(b.Root, "go.mod"))
	if !ok {
		return nil, fmt.Errorf("finding %s in the base: it is not below a repository of the build", b.Root)
	}
	tmp, err := os.MkdirTemp("", "goat-modules-")
	if err != nil {
		return nil, fmt.Errorf("copying the base's go.mod: %w", err)
	}
	defer os.RemoveAll(tmp)
	if tmp, err = filepath.EvalSymlinks(tmp); err != nil {
		return nil, fmt.Errorf("copying the base's go.mod: %w", err)
	}
	if err := r.copyModFiles(ctx, commit, tmp); err != nil {
		return nil, err
	}
	dir := filepath.Join(tmp, filepath.FromSlash(path.Dir(root)))
	copied := *b.Requirements
	copied.Root = dir
	flags := []string{"-mod=mod"}
	if b.GoWork != "" {
		copied.GoWork, flags = filepath.Join(dir, filepath.Base(b.GoWork)), nil
	}
	list, err := copied.goList(ctx, dir, flags...)
	for i, m := range list {
		if m.Replace == nil || m.Replace.Version != "" || !filepath.IsAbs(m.Replace.Path) {
			continue
		}
		if rel, err := filepath.Rel(tmp, m.Replace.Path); err == nil && filepath.IsLocal(rel) {
			list[i].Replace.Path = filepath.Join(r.top, rel)
		}
	}
	return list, err
}

// copyModFiles writes the go.mod, go.sum and go.work files of a commit below
// a directory.
func (r *repository) copyModFiles(ctx context.Context, commit, dir string) error {
	out, err := r.git.fixed().run(ctx, nil, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return fmt.Errorf("listing the files of base %s: %w", commit, err)
	}
	for record := range bytes.SplitSeq(out, []byte{0}) {
		e, ok := parseEntry(record)
		switch path.Base(e.path) {
		case "go.mod", "go.sum", "go.work", "go.work.sum":
		default:
			continue
		}
		if !ok || e.mode == modeLink || e.mode == modeGitlink || strings.Contains(e.path, "/testdata/") {
			continue
		}
		data, err := r.git.fixed().run(ctx, nil, "cat-file", "blob", e.oid)
		if err != nil {
			return fmt.Errorf("reading %s of the base: %w", e.path, err)
		}
		name := filepath.Join(dir, filepath.FromSlash(e.path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return fmt.Errorf("copying the base's go.mod: %w", err)
		}
		if err := os.WriteFile(name, data, 0o666); err != nil {
			return fmt.Errorf("copying the base's go.mod: %w", err)
		}
	}
	return nil
}
