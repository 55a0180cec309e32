package session

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/diffsrc"
)

// leftoverAge is the age after which no process can still use a directory: a
// comparison takes seconds, a download minutes.
const leftoverAge = 24 * time.Hour

// removeLeftovers removes temporary directories that killed goat processes left
// behind. Other programs also put files there, so it only removes directories
// that belong to this user, and no symbolic links.
func removeLeftovers(dir string) {
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1) // whatever could be read
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
