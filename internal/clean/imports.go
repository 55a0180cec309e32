package clean

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"golang.org/x/mod/modfile"
)

// imports returns the import paths of a file, as far as it can be read.
func imports(src []byte) []string {
	file, _ := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if file == nil {
		return nil
	}
	var list []string
	for _, imp := range file.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// importPath returns the import path of the package in a directory; ok is false
// where no module is around it.
func importPath(dir string) (string, bool) {
	for root := dir; ; root = filepath.Dir(root) {
		if data, err := os.ReadFile(filepath.Join(root, "go.mod")); err == nil {
			rel, err := filepath.Rel(root, dir)
			module := modfile.ModulePath(data)
			return path.Join(module, filepath.ToSlash(rel)), err == nil && module != ""
		}
		if root == filepath.Dir(root) {
			return "", false
		}
	}
}
