package kept

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Limits bound a store.
type Limits struct {
	Size int64         // bytes
	Age  time.Duration // since the last use
}

// unfinished is after how long a file that is being written belongs to nobody.
const unfinished = time.Hour

type entry struct {
	file string
	size int64
	used time.Time
}

// Trim removes entries that have not been used for longer than Age, and as
// many of the others, those that have not been used for longest first, as it
// takes to come below nine tenths of Size when the store is larger than that.
func (s Store) Trim(limits Limits) {
	now := s.now()
	var list []entry
	var total int64
	files, _ := filepath.Glob(filepath.Join(globQuote(s.Dir), "??", "*"))
	for _, file := range files {
		info, err := os.Lstat(file)
		if err != nil {
			continue
		}
		age := limits.Age
		if strings.HasPrefix(filepath.Base(file), newPrefix) {
			age = unfinished
		}
		if now.Sub(info.ModTime()) > age {
			os.Remove(file)
			continue
		}
		list = append(list, entry{file, info.Size(), info.ModTime()})
		total += info.Size()
	}
	if total <= limits.Size {
		return
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(a.used.Compare(b.used), strings.Compare(a.file, b.file)) })
	for _, e := range list {
		if total <= limits.Size/10*9 {
			return
		}
		if os.Remove(e.file) == nil {
			total -= e.size
		}
	}
}

// globQuote makes a path match only itself.
func globQuote(path string) string {
	return strings.NewReplacer("*", `[*]`, "?", `[?]`, "[", `[[]`).Replace(path)
}
