package markers

import (
	"bytes"

	"golang.org/x/tools/go/analysis"
)

// maxCells limits the work of comparing two texts line by line. Above it,
// everything from the first difference to the last becomes one edit.
const maxCells = 4 << 20

// difference returns the edits that turn the file into its new text, in whole
// lines. It keeps edits small, so that they do not collide with the fixes of
// other blocks.
func (f text) difference(changed []byte) []analysis.TextEdit {
	old, now := lines(f.src), lines(changed)
	from := 0
	for from < len(old) && from < len(now) && bytes.Equal(old[from], now[from]) {
		from++
	}
	end, nowEnd := len(old), len(now)
	for end > from && nowEnd > from && bytes.Equal(old[end-1], now[nowEnd-1]) {
		end--
		nowEnd--
	}
	e := edits{text: f, offset: len(bytes.Join(old[:from], nil))}
	old, now = old[from:end], now[from:nowEnd]
	if (len(old)+1)*(len(now)+1) > maxCells {
		e.replace(old, now)
	} else {
		e.compare(old, now)
	}
	return e.list
}

func lines(src []byte) [][]byte { return bytes.SplitAfter(src, []byte("\n")) }

// edits collects edits in the order of the file.
type edits struct {
	text
	offset int
	list   []analysis.TextEdit
}

// replace adds an edit that replaces the file's next lines, old, by now.
func (e *edits) replace(old, now [][]byte) {
	to := e.offset + len(bytes.Join(old, nil))
	if len(old)+len(now) > 0 {
		e.list = append(e.list, analysis.TextEdit{Pos: e.file.Pos(e.offset), End: e.file.Pos(to), NewText: bytes.Join(now, nil)})
	}
	e.offset = to
}

// compare follows a longest common subsequence of the two texts.
func (e *edits) compare(old, now [][]byte) {
	common := commonTable(old, now)
	i, j, oldFrom, nowFrom := 0, 0, 0, 0
	for i < len(old) && j < len(now) {
		switch {
		case bytes.Equal(old[i], now[j]):
			e.replace(old[oldFrom:i], now[nowFrom:j])
			e.offset += len(old[i])
			i, j = i+1, j+1
			oldFrom, nowFrom = i, j
		case common[i+1][j] >= common[i][j+1]:
			i++
		default:
			j++
		}
	}
	e.replace(old[oldFrom:], now[nowFrom:])
}

// commonTable holds the length of the longest common subsequence of old[i:] and
// now[j:] for each i and j.
func commonTable(old, now [][]byte) [][]int {
	table := make([][]int, len(old)+1)
	for i := range table {
		table[i] = make([]int, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if bytes.Equal(old[i], now[j]) {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}
