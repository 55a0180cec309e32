package config

import (
	"os"
	"path/filepath"
)

// toolPlaces are the variables that name files and directories of goat's tools.
// The processes of one build run in several directories.
var toolPlaces = []string{"GOAT_LOG", "GOAT_KEEP", "GOAT_CACHE"}

// SettlePlaces makes the paths absolute that GOAT_LOG, GOAT_KEEP, GOAT_CACHE and
// further variables of this process's environment name, for it and for the
// processes that it starts: relative ones are relative to the directory that the go
// command runs in. dir is asked for it if there is one; where it cannot say,
// such a variable is unset.
func SettlePlaces(dir func() (string, error), further ...string) {
	for _, name := range append(toolPlaces[:len(toolPlaces):len(toolPlaces)], further...) {
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
