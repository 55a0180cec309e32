package diffsrc

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// place finds the directories of an index's dependencies on this machine.
func (r *Requirements) place(list []Dependency) []Dependency {
	placed := make([]Dependency, 0, len(list))
	for _, d := range list {
		if r.Vendor != "" {
			d.Dir = filepath.Join(r.Vendor, filepath.FromSlash(d.Path))
		} else if dir, err := r.dirOf(parseCode(d.Path, d.Version, r.Root)); err == nil {
			d.Dir = dir
		}
		placed = append(placed, d)
	}
	return placed
}

// code is where a module's source code comes from: a version of a module, or
// a local directory.
type code struct {
	path, version string
	dir           string // absolute; "" for a version
}

// parseCode undoes code.describe.
func parseCode(path, text, root string) code {
	if other, version, ok := strings.Cut(text, "@"); ok {
		return code{path: other, version: version}
	}
	if semver.IsValid(text) {
		return code{path: path, version: text}
	}
	dir := filepath.FromSlash(text)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	return code{dir: dir}
}

// describe names the code of a module for people.
func (c code) describe(path, root string) string {
	switch {
	case c.dir != "":
		if rel, err := filepath.Rel(root, c.dir); err == nil {
			return "./" + filepath.ToSlash(rel)
		}
		return filepath.ToSlash(c.dir)
	case c.path != path:
		return c.path + "@" + c.version
	}
	return c.version
}

func (c code) module() module.Version { return module.Version{Path: c.path, Version: c.version} }

var errNoVersion = errors.New("it has no version")

// dirOf returns where code is on disk, whether it exists or not.
func (r *Requirements) dirOf(c code) (string, error) {
	if c.dir != "" {
		return c.dir, nil
	}
	if c.version == "" {
		return "", errNoVersion
	}
	path, err := module.EscapePath(c.path)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	version, err := module.EscapeVersion(c.version)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	return filepath.Join(r.ModCache, filepath.FromSlash(path)+"@"+version), nil
}
