package cache

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// unfinished is how old a file that is being written may become. What is older
// was left by a process that has ended.
const unfinished = time.Hour

// trim removes what has not been used for longer than age from the directories XX
// of dir. Where the rest is larger than size, in bytes, it goes on with what has
// not been used for longest, until nine tenths of the size are left.
func trim(dir string, age time.Duration, size int64, now time.Time) {
	type file struct {
		path string
		size int64
		used time.Time
	}
	var list []file
	var total int64
	paths, _ := filepath.Glob(filepath.Join(globQuote(dir), "??", "*"))
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil {
			continue
		}
		most := age
		if strings.HasPrefix(filepath.Base(path), newPrefix) {
			most = unfinished
		}
		if now.Sub(info.ModTime()) > most {
			os.Remove(path)
			continue
		}
		list = append(list, file{path, info.Size(), info.ModTime()})
		total += info.Size()
	}
	if total <= size {
		return
	}
	slices.SortFunc(list, func(a, b file) int { return cmp.Or(a.used.Compare(b.used), strings.Compare(a.path, b.path)) })
	for _, f := range list {
		if total <= size/10*9 {
			return
		}
		if os.Remove(f.path) == nil {
			total -= f.size
		}
	}
}

// globQuote makes a path match only itself.
func globQuote(path string) string {
	return strings.NewReplacer("*", `[*]`, "?", `[?]`, "[", `[[]`).Replace(path)
}
