package raised

import (
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

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
