package diffsrc

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// WalkModule is filepath.WalkDir for a module's directory, which may be named by
// a symbolic link. WalkDir looks into none. The names that visit gets begin with
// dir all the same.
func WalkModule(dir string, visit fs.WalkDirFunc) error {
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return visit(dir, nil, err)
	}
	return filepath.WalkDir(target, func(name string, d fs.DirEntry, err error) error {
		return visit(dir+strings.TrimPrefix(name, target), d, err)
	})
}
