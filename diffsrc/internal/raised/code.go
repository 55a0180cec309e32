package raised

import (
	"cmp"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// code is where a module's source comes from: a version of a module, or a local
// directory.
type code struct {
	path, version string
	dir           string // absolute; "" for a version
}

// parseCode reverses code.describe.
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

// describe names the source of a module for people.
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

// localDir returns the absolute path of a directory that a replace or use line
// names.
func localDir(name, root string) string {
	dir := filepath.FromSlash(name)
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	return filepath.Join(root, dir)
}

// buildList maps the path of each required module to its source.
type buildList struct {
	modules map[string]code
	// packages maps a vendored module to the import paths of its vendored
	// packages; nil if no vendor directory was read.
	packages map[string][]string
}

// directories returns the directories of a vendored module's packages, relative
// to the module.
func (l *buildList) directories(module string) map[string]bool {
	if l.packages == nil {
		return nil
	}
	dirs := make(map[string]bool)
	for _, p := range l.packages[module] {
		dirs[cmp.Or(strings.TrimPrefix(strings.TrimPrefix(p, module), "/"), ".")] = true
	}
	return dirs
}

// inDirectories reports whether a file is directly in one of dirs. nil means
// all directories.
func inDirectories(dirs map[string]bool, name string) bool {
	return dirs == nil || dirs[path.Dir(name)]
}
