package shape

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Package is one package, without its tests.
type Package struct {
	Path string // its directory relative to the loaded one, with slashes; "." for that one
	*packages.Package
}

// LoadAll reads the packages of the module in dir and of the modules nested in it,
// each module's sorted by import path. It skips packages that have only tests. A
// package that does not compile is an error.
func LoadAll(dir string) ([]Package, error) {
	modules, err := moduleDirs(dir)
	if err != nil {
		return nil, err
	}
	var all []Package
	for _, module := range modules {
		packages, err := load(dir, module, "./...")
		if err != nil {
			return nil, err
		}
		all = append(all, packages...)
	}
	return all, nil
}

// LoadOne reads the package in the directory that path names below dir.
func LoadOne(dir, path string) ([]Package, error) {
	return load(dir, filepath.Join(dir, filepath.FromSlash(path)), ".")
}

// moduleDirs returns the directories at and below dir with a go.mod.
func moduleDirs(dir string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.Name() == "go.mod":
			dirs = append(dirs, filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for modules in %s: %w", dir, err)
	}
	return dirs, nil
}

func load(root, dir, pattern string) ([]Package, error) {
	config := &packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedExportFile | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}
	loaded, err := packages.Load(config, pattern)
	if err != nil {
		return nil, fmt.Errorf("loading %s in %s: %w", pattern, dir, err)
	}
	root, err = filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", root, err)
	}
	var result []Package
	for _, p := range loaded {
		var faults []error
		for _, fault := range p.Errors {
			faults = append(faults, fault)
		}
		if err := errors.Join(faults...); err != nil {
			return nil, fmt.Errorf("loading %s: %w", p.PkgPath, err)
		}
		if len(p.GoFiles) == 0 {
			continue
		}
		path, err := filepath.Rel(root, filepath.Dir(p.GoFiles[0]))
		if err != nil {
			return nil, fmt.Errorf("placing %s below %s: %w", p.PkgPath, root, err)
		}
		result = append(result, Package{Path: filepath.ToSlash(path), Package: p})
	}
	return result, nil
}

// file returns the base name of the file that pos is in.
func (p Package) file(pos token.Pos) string {
	return filepath.Base(p.Fset.Position(pos).Filename)
}
