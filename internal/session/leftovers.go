package session

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/diffsrc"
)

// leftoverAge is how old a directory is that no process works in any more: a
// comparison takes seconds, a download minutes.
const leftoverAge = 24 * time.Hour

// removeLeftovers removes the directories that killed processes of goat have
// left among the temporary files. Others put files there too: what is not a
// directory of this user's own, a symbolic link for one, is left alone.
func removeLeftovers(dir string) {
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1) // what could be read of it
	for _, name := range names {
		if !slices.ContainsFunc(diffsrc.TemporaryPrefixes(), func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			continue
		}
		file := filepath.Join(dir, name)
		if info, err := os.Lstat(file); err == nil && info.IsDir() && ownFile(info) && time.Since(info.ModTime()) > leftoverAge {
			os.RemoveAll(file)
		}
	}
}
