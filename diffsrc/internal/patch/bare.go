package patch

import (
	"github.com/sourcegraph/go-diff/diff"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
)

// BareFile is one file of a diff without context lines.
type BareFile struct {
	Old, New string // as the diff spells them, "" for /dev/null
	Hunks    []compare.Hunk
}

// Bare reads the line numbers of a diff without context lines. It leaves out
// hunks that it cannot read, because a file may hold text that looks like the
// head of a patch. compare.Compare notices missing hunks.
func Bare(data []byte) []BareFile {
	files, _ := diff.ParseMultiFileDiffOptions(data, diff.ParseOptions{KeepCR: true})
	list := make([]BareFile, 0, len(files))
	for _, f := range files {
		list = append(list, BareFile{name(f.OrigName), name(f.NewName), bareHunks(f.Hunks)})
	}
	return list
}

// bareHunks returns the line numbers of hunks without context lines.
func bareHunks(list []*diff.Hunk) []compare.Hunk {
	hunks := make([]compare.Hunk, 0, len(list))
	for _, h := range list {
		hunks = append(hunks, compare.Hunk{
			Old: startLine(h.OrigStartLine, h.OrigLines), OldEnd: startLine(h.OrigStartLine, h.OrigLines) + int(h.OrigLines),
			New: startLine(h.NewStartLine, h.NewLines), NewEnd: startLine(h.NewStartLine, h.NewLines) + int(h.NewLines),
		})
	}
	return hunks
}
