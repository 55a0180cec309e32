package diffsrc

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// Digests maps a module path and a file's path in the module, with slashes, to
// a digest. The digest is the beginning of FileLines.Hash, or "" for a file
// whose bytes do not matter because git ignores it.
type Digests map[string]map[string]string

// digestLength is how many hex digits are enough to tell the states of one file
// apart.
const digestLength = 16

func digest(content []byte) string { return gofile.Hash(content)[:digestLength] }

// digests returns the digests of the files that the line set was computed from,
// for an index. If everything is new, it returns none, because no file can be
// stale.
func (o Options) digests(s *LineSet) Digests {
	if s.All {
		return nil
	}
	ignored := make(map[string]bool)
	for _, name := range s.Ignored {
		ignored[filepath.Join(s.Bases[0].Dir, name)] = true
	}
	all := make(Digests)
	var mu sync.Mutex
	o.eachGoFile(func(m modules.Module, rel string, content []byte) {
		d := digest(content)
		if lines, ok := s.File(m.Path, rel); ok {
			d = lines.Hash[:digestLength]
		}
		for name := rel; name != "."; name = path.Dir(name) { // git ignores a file, or a clone around it
			if ignored[filepath.Join(m.Dir, name)] {
				d = ""
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if all[m.Path] == nil {
			all[m.Path] = make(map[string]string)
		}
		all[m.Path][rel] = d
	})
	return all
}

// stale returns the files of the work tree that differ from what an index was
// made from, as module path and path in it, sorted: changed files, and files
// that the index does not have. It leaves out files that no longer exist, which
// a Docker build may exclude, and generated ones, which have no lines. An index
// without digests, from an older goat, only knows the files with lines.
func (o Options) stale(s *LineSet) []string {
	if s.All {
		return nil
	}
	var list []string
	var mu sync.Mutex
	see := func(m modules.Module, rel string, content []byte) {
		if s.holds(m.Path, rel, content) || !o.Generated && gofile.Generated(content) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		list = append(list, path.Join(m.Path, rel))
	}
	if s.Digests != nil {
		o.eachGoFile(see)
	} else {
		o.eachWithLines(s, see)
	}
	slices.Sort(list)
	return list
}

// holds reports whether the line set is about a file with these bytes.
func (s *LineSet) holds(module, rel string, content []byte) bool {
	if lines, ok := s.File(module, rel); ok {
		return lines.Hash == gofile.Hash(content)
	}
	d, ok := s.Digests[module][rel]
	return ok && (d == "" || d == digest(content))
}

// eachGoFile reads the build modules' .go files in which the go command would
// find packages, without those left out by the options. It calls visit
// concurrently.
func (o Options) eachGoFile(visit func(m modules.Module, rel string, content []byte)) {
	owner := o.owner()
	var group errgroup.Group
	group.SetLimit(o.Threads)
	for _, root := range o.Modules {
		_ = modules.Walk(root.Dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // a file that cannot be read is the compiler's concern
			case d.IsDir() && name != root.Dir && (modules.Skipped(d.Name()) || modules.HasGoMod(name)):
				return fs.SkipDir
			case d.IsDir() || !gofile.IsGo(name) || strings.ContainsAny(name, "\r\n"):
				return nil
			}
			m, rel, ok := owner.Of(name)
			if !ok {
				return nil
			}
			group.Go(func() error {
				if content, err := gofile.Read(name); err == nil && content != nil {
					visit(m, rel, content)
				}
				return nil
			})
			return nil
		})
	}
	_ = group.Wait() // no file returns an error
}

// eachWithLines reads the files for which a line set has lines.
func (o Options) eachWithLines(s *LineSet, visit func(m modules.Module, rel string, content []byte)) {
	for _, m := range o.Modules {
		for rel := range s.Modules[m.Path] {
			if content, err := gofile.Read(filepath.Join(m.Dir, rel)); err == nil && content != nil {
				visit(m, rel, content)
			}
		}
	}
}

// SayStale says in one sentence for which files an index has no lines, and what
// to do. index is its name; files is LineSet.Stale and not empty.
func SayStale(index string, files []string) string {
	const shown = 3
	names := strings.Join(files[:min(shown, len(files))], ", ")
	if more := len(files) - shown; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	what := "1 Go file is changed or new since it was made, and has no tracking points"
	if len(files) > 1 {
		what = fmt.Sprintf("%d Go files are changed or new since it was made, and have no tracking points", len(files))
	}
	return fmt.Sprintf("the index %s is stale: %s (%s); make it again with `goat index -o %s` where git is, or name in ignores what is made for the build",
		index, what, names, path.Base(filepath.ToSlash(index)))
}
