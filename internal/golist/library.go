package golist

import (
	"os"
	"path/filepath"
	"strings"
)

// IsLibrary reports whether a directory is in the standard library. The Go
// distribution has a file VERSION beside src.
func IsLibrary(dir string) bool {
	slashed := filepath.ToSlash(dir)
	for i := strings.LastIndex(slashed, "/src/"); i >= 0; i = strings.LastIndex(slashed[:i], "/src/") {
		root := filepath.FromSlash(slashed[:i])
		if exists(filepath.Join(root, "VERSION")) && exists(filepath.Join(root, "src", "cmd", "go")) {
			return true
		}
	}
	return false
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
