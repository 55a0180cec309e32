package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// proxy is a directory laid out as the go command's GOPROXY protocol has it.
type proxy struct{ dir string }

func (p proxy) url() string { return fileURL(p.dir) }

// add serves a version of a module, as the only one. Files of modules nested in it are left out.
func (p proxy) add(m module.Version, files []file) error {
	list := make([]zip.File, len(files))
	var gomod []byte
	for i, f := range files {
		list[i] = f
		if f.name != "go.mod" {
			continue
		}
		text, err := os.ReadFile(f.at)
		if err != nil {
			return fmt.Errorf("reading the go.mod of %s: %w", m.Path, err)
		}
		gomod = text
	}
	base := filepath.Join(p.dir, filepath.FromSlash(m.Path), "@v", m.Version) // goat's paths need no escapes
	if err := os.MkdirAll(filepath.Dir(base), 0o777); err != nil {
		return fmt.Errorf("making the proxy's directory: %w", err)
	}
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":%q}\n", m.Version, time.Now().UTC().Format(time.RFC3339))
	for name, text := range map[string][]byte{
		base + ".mod":  gomod,
		base + ".info": []byte(info),
		filepath.Join(filepath.Dir(base), "list"): []byte(m.Version + "\n"),
	} {
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	out, err := os.Create(base + ".zip")
	if err != nil {
		return fmt.Errorf("making the zip of %s: %w", m.Path, err)
	}
	err = zip.Create(out, m, list)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("writing the zip of %s: %w", m.Path, err)
	}
	return nil
}

// file is one of a module's files; it is a zip.File.
type file struct {
	name string // in the module, with slashes
	at   string // on the disk
}

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(f.at) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.at) }

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
