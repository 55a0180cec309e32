package config

import (
	"os"
	"path/filepath"
)

// toolPaths are the variables that name files and directories for goat itself.
var toolPaths = []string{"GOAT_LOG", "GOAT_KEEP", "GOAT_CACHE"}

// MakeAbsolute makes the paths in GOAT_LOG, GOAT_KEEP, GOAT_CACHE and further
// variables absolute, in the environment of this process and of those that it starts,
// because the processes of one build run in several directories. A relative path is
// relative to the directory of the go command, which dir returns. dir is only called
// for a relative path. If it fails, the variable is unset.
func MakeAbsolute(dir func() (string, error), further ...string) {
	for _, name := range append(toolPaths[:len(toolPaths):len(toolPaths)], further...) {
		path := os.Getenv(name)
		if path == "" || filepath.IsAbs(path) {
			continue
		}
		base, err := dir()
		if err != nil {
			os.Unsetenv(name)
			continue
		}
		os.Setenv(name, filepath.Join(base, path))
	}
}
