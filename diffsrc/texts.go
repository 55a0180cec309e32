package diffsrc

import (
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/internal/gofile"
)

// Texts are two states of a Go file.
type Texts struct {
	Path, OldPath string // "" if the state does not exist
	Old, New      []byte
}

// CompareTexts returns the effective lines of each file's new state, as Compute
// finds them at precision 1: code that only moved, within a file or between
// files, does not count. Lines are 1-based, inclusive ranges in ascending order
// that neither overlap nor touch. Deleted files have no lines; they only tell
// where code came from.
//
// It is for callers that have both sides, such as two commits of a bare
// repository. They have to find out themselves which files differ and which
// were renamed.
func CompareTexts(files []Texts) [][][2]int {
	compared := make([]*compare.File, len(files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range files {
		group.Go(func() error {
			c := compare.Compare(f.Old, f.New, nil)
			c.Path, c.OldPath = f.Path, f.OldPath
			c.Idle = f.Path == "" || gofile.Generated(f.New)
			compared[i] = c
			return nil
		})
	}
	_ = group.Wait() // no file returns an error
	compare.FindMoved(compared)
	lines := make([][][2]int, len(files))
	for i, c := range compared {
		if files[i].Path != "" {
			lines[i] = c.Lines()
		}
	}
	return lines
}
