package compare_test

import (
	"testing"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/internal/proof/edits"
)

// TestPairs compares many generated pairs of programs whose differences are
// known, without git.
func TestPairs(t *testing.T) {
	t.Parallel()
	edits.Run(t, 3000, func(*testing.T) edits.Checker {
		return func(cases []*edits.Case, _ ...int) ([]edits.Result, error) {
			return edits.CheckPairs(cases, comparePairs)
		}
	})
}

func comparePairs(pairs []edits.Pair) (changed, unmoved edits.Lines) {
	files := make([]*compare.File, len(pairs))
	for i, p := range pairs {
		files[i] = compare.Compare(p.Old, p.New, nil)
		files[i].Path, files[i].OldPath, files[i].Idle = p.Name, p.OldName, p.Name == ""
	}
	changed = lines(files)
	compare.FindMoved(files)
	return changed, lines(files)
}

func lines(files []*compare.File) edits.Lines {
	list := make(edits.Lines)
	for _, f := range files {
		if f.Path != "" {
			list[f.Path] = f.Lines()
		}
	}
	return list
}
