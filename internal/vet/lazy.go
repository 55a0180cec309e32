package vet

import (
	"go/ast"
	"path/filepath"
	"strings"
	"sync"

	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/golist"
)

// lazy is a source that finds its line sets when a package of a workspace may
// need them. Under go vet most processes look at the standard library or at
// the module cache, which hold no points, required modules that count aside.
type lazy struct {
	open    func() (config.Source, error)
	modules bool // required modules may count
}

func newLazy(modules bool, open func() (config.Source, error)) lazy {
	return lazy{sync.OnceValues(open), modules}
}

// Granularity implements config.Source. It is asked of packages with files of
// the workspace alone.
func (l lazy) Granularity() (point.Granularity, error) {
	s, err := l.open()
	if err != nil {
		return "", err
	}
	return s.Granularity()
}

// Tests implements config.Source: go vet shows no points of tests.
func (lazy) Tests() bool { return false }

// Package implements config.Source.
func (l lazy) Package(importPath, dir string) (module, rel string, ok bool, err error) {
	if golist.IsLibrary(dir) || !l.modules && isCached(dir) {
		return "", "", false, nil
	}
	s, err := l.open()
	if err != nil {
		return "", "", false, err
	}
	return s.Package(importPath, dir)
}

// Lines implements config.Source.
func (l lazy) Lines(module, rel string, src []byte, file *ast.File) (lines [][2]int, all bool, err error) {
	s, err := l.open()
	if err != nil {
		return nil, false, err
	}
	return s.Lines(module, rel, src, file)
}

// isCached reports whether a directory is in a module cache.
func isCached(dir string) bool {
	_, rest, ok := strings.Cut(filepath.ToSlash(dir), "/pkg/mod/")
	return ok && strings.Contains(rest, "@")
}
