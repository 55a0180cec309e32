package closure

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/toolexec/internal/entry"
)

// extractRuntime writes the runtime's source below a folder of the cache, once
// for each version, and returns the directory. It marks the directory as used,
// because unused ones are removed.
func extractRuntime(folder cache.Folder) (string, error) {
	dir := filepath.Join(folder.Path(), goat.RuntimeHash())
	if extracted(dir) {
		folder.Use(goat.RuntimeHash())
		return dir, nil
	}
	if err := cache.WriteDirectory(dir, writeRuntime, func() bool { return extracted(dir) }); err != nil {
		return "", fmt.Errorf("writing the runtime's source: %w", err)
	}
	return dir, nil
}

// extracted reports whether the directory holds the source exactly as it was
// written, and nothing else. The check matters because all files in it become
// part of users' binaries, and people, clean-up programs and disks change files
// in caches.
func extracted(dir string) bool {
	own := make(map[string]bool)
	err := eachRuntimeFile(func(name string, want []byte) error {
		own[filepath.Join(dir, name)] = true
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && !bytes.Equal(got, want) {
			err = fmt.Errorf("%s has been changed", name)
		}
		return err
	})
	if err != nil {
		return false
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !(d.Type().IsRegular() && own[name]) {
			err = fmt.Errorf("%s is none of the runtime's", name)
		}
		return err
	})
	return err == nil
}

// writeRuntime makes a directory a module that holds the runtime.
func writeRuntime(dir string) error {
	return eachRuntimeFile(func(name string, data []byte) error {
		target := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
}

// eachRuntimeFile calls f for the files of the runtime's module.
func eachRuntimeFile(f func(name string, data []byte) error) error {
	files := goat.RuntimeFiles()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return f(filepath.FromSlash(name), data)
	})
	if err != nil {
		return err
	}
	return f("go.mod", []byte("module "+entry.Module+"\n\ngo 1.26\n"))
}
