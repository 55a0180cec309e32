package driver

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/session"
)

// scanModules returns the directories with files that goat instruments although
// nothing in them changed. If everything is new, that is all directories; otherwise
// those with a "+goat:insert" and those in the trace scope. Files that cannot be
// read are left to the compiler.
func scanModules(s *session.Session, tests bool) ([]session.Dir, error) {
	var mu sync.Mutex
	found := make(map[session.Dir]bool)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, m := range s.Instrumented() {
		err := modules.Walk(m.Dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if d.IsDir() {
				return enterDirectory(m.Dir, file, d.Name())
			}
			if !strings.HasSuffix(file, ".go") || !tests && strings.HasSuffix(file, "_test.go") {
				return nil
			}
			rel, err := filepath.Rel(m.Dir, filepath.Dir(file))
			if err != nil {
				return err
			}
			dir := session.Dir{Module: m.Path, Dir: filepath.ToSlash(rel)}
			traced := s.Config.Trace.Holds(path.Join(dir.Module, dir.Dir), dir.Dir)
			group.Go(func() error {
				src, err := os.ReadFile(file)
				if err == nil && (traced || analyzers.NeedsFile(src, nil, s.All)) {
					mu.Lock()
					found[dir] = true
					mu.Unlock()
				}
				return nil
			})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	_ = group.Wait() // no function returns an error
	dirs := make([]session.Dir, 0, len(found))
	for d := range found {
		dirs = append(dirs, d)
	}
	return slices.Clip(dirs), nil
}

// enterDirectory skips directories of other modules and those that hold no
// packages. A directory that "./..." does not match can still be named.
func enterDirectory(root, dir, name string) error {
	if dir == root {
		return nil
	}
	if name == ".git" || name == "vendor" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
