package diffsrc

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"slices"
)

// baseState reads the files of the bases by their names in the work tree.
type baseState struct {
	*versions
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
	data, _, err := l.repository.Blob(ctx, l.commit+":"+l.name)
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
