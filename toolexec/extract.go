package toolexec

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	goat "github.com/goat-trace/goat"
)

const goatModule = "github.com/goat-trace/goat"

// extractRuntime writes the runtime's source below the cache directory, once
// for each version of it, and returns the folder. It marks the folder as used:
// old ones are removed.
func extractRuntime(cache string) (string, error) {
	dir := filepath.Join(cache, "rt", goat.RuntimeHash())
	if extracted(dir) {
		now := time.Now()
		os.Chtimes(dir, now, now)
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return "", fmt.Errorf("making the runtime's folder: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".new-")
	if err != nil {
		return "", fmt.Errorf("making the runtime's folder: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := writeRuntime(tmp); err != nil {
		return "", fmt.Errorf("writing the runtime's source: %w", err)
	}
	if os.Rename(tmp, dir) == nil || extracted(dir) { // by this build or by one that was quicker
		return dir, nil
	}
	os.RemoveAll(dir) // a part of it is in the way
	if err := os.Rename(tmp, dir); err != nil {
		return "", fmt.Errorf("writing the runtime's source: %w", err)
	}
	return dir, nil
}

// extracted reports whether the source is there as it was written. People, and
// programs that clean up, remove files from cache directories.
func extracted(dir string) bool {
	return eachRuntimeFile(func(name string, want []byte) error {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && !bytes.Equal(got, want) {
			err = fmt.Errorf("%s has been changed", name)
		}
		return err
	}) == nil
}

// writeRuntime makes a directory a module of the runtime alone.
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
	return f("go.mod", []byte("module "+goatModule+"\n\ngo 1.26\n"))
}
