package modules

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Module is a module of the build whose code may be instrumented.
type Module struct {
	Path    string // as its go.mod says
	Dir     string // absolute
	Version string `json:",omitempty"` // Dependency.Version of a required module; "" for the build's own
}

// Find returns the main module of the directory, or all modules of the
// workspace, in the go.work's order. Outside any module (GO111MODULE=off,
// single files) it returns none and no error. If a file cannot be read, the
// error is ErrUnread.
func (q Query) Find(ctx context.Context) ([]Module, error) {
	modules, _, err := q.FindRoot(ctx)
	return modules, err
}

// FindRoot is Find, and also returns the directory of the go.work or of the
// main module (see Options.Root); "" outside any module.
func (q Query) FindRoot(ctx context.Context) (modules []Module, root string, err error) {
	gomod, gowork, err := q.files(ctx)
	switch {
	case err != nil:
	case gowork != "" && gowork != "off":
		root = filepath.Dir(gowork)
		modules, err = workspaceModules(gowork)
	case gomod != "" && gomod != os.DevNull:
		root = filepath.Dir(gomod)
		modules, err = q.mainModule(gomod)
	}
	if err != nil && ctx.Err() == nil {
		err = unread{err}
	}
	return modules, root, err
}

// ErrUnread is wrapped by errors for a go.mod or go.work that cannot be read.
// The go command may see other files (-overlay) and reports itself what is
// wrong with them.
var ErrUnread = errors.New("the build's modules could not be found")

// unread wraps an error so that it is ErrUnread.
type unread struct{ error }

func (unread) Is(target error) bool { return target == ErrUnread }

func (e unread) Unwrap() error { return e.error }

func (q Query) mainModule(gomod string) ([]Module, error) {
	file := gomod
	if q.Modfile != "" {
		file = q.modfile()
	}
	path, err := modulePath(file)
	if err != nil {
		return nil, err
	}
	return []Module{{Path: path, Dir: filepath.Dir(gomod)}}, nil
}

func workspaceModules(gowork string) ([]Module, error) {
	data, err := os.ReadFile(gowork)
	if err != nil {
		return nil, fmt.Errorf("reading the workspace: %w", err)
	}
	work, err := modfile.ParseWork(gowork, data, nil)
	if err != nil {
		return nil, fmt.Errorf("parsing the workspace: %w", err)
	}
	var list []Module
	for _, use := range work.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(gowork), dir)
		}
		path, err := modulePath(filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, fmt.Errorf("reading a module that %s uses: %w", gowork, err)
		}
		list = append(list, Module{Path: path, Dir: filepath.Clean(dir)})
	}
	return list, nil
}

func modulePath(gomod string) (string, error) {
	data, err := os.ReadFile(gomod)
	if err != nil {
		return "", fmt.Errorf("reading module path: %w", err)
	}
	path := modfile.ModulePath(data)
	if path == "" {
		return "", fmt.Errorf("reading module path: %s has no module line: add one with `go mod edit -module=PATH`", gomod)
	}
	return path, nil
}
