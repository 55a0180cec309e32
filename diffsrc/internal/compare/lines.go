package compare

import "bytes"

// SplitLines returns the lines of a file without their LF or CRLF.
func SplitLines(src []byte) [][]byte {
	if len(src) == 0 {
		return nil
	}
	lines := bytes.Split(bytes.TrimSuffix(src, []byte{'\n'}), []byte{'\n'})
	for i, line := range lines {
		lines[i] = bytes.TrimRight(line, "\r")
	}
	return lines
}

// Hunk is a difference between two files: the new lines [New, NewEnd) replace
// the old lines [Old, OldEnd). Lines count from 1. An empty range is before its
// line.
type Hunk struct{ Old, OldEnd, New, NewEnd int }

// CheckedHunks returns hunks if they turn old into new, and otherwise hunks of
// its own. Given hunks can be wrong because a diff that shows a line like "---
// x" can be misread.
func CheckedHunks(old, new []byte, hunks []Hunk) []Hunk {
	if Fit(old, new, hunks) {
		return hunks
	}
	return lineHunks(SplitLines(old), SplitLines(new))
}

// Fit reports whether hunks turn old into new, which is so if the lines outside
// them are the same.
func Fit(old, new []byte, hunks []Hunk) bool {
	return consistent(SplitLines(old), SplitLines(new), hunks)
}

// consistent reports whether the lines outside of hunks are the same.
func consistent(a, b [][]byte, hunks []Hunk) bool {
	o, n := 1, 1
	for _, h := range append(hunks[:len(hunks):len(hunks)], Hunk{len(a) + 1, len(a) + 1, len(b) + 1, len(b) + 1}) {
		if h.Old < o || h.Old-o != h.New-n || h.OldEnd < h.Old || h.NewEnd < h.New || h.OldEnd > len(a)+1 || h.NewEnd > len(b)+1 {
			return false
		}
		for ; o < h.Old; o, n = o+1, n+1 {
			if !bytes.Equal(a[o-1], b[n-1]) {
				return false
			}
		}
		o, n = h.OldEnd, h.NewEnd
	}
	return true
}

// lineEdits limits the comparison of two files: with more edits, what is left of
// them counts as replaced.
const lineEdits = 2000

// lineHunks diffs lines.
func lineHunks(a, b [][]byte) []Hunk {
	ids := make(map[string]int)
	matches, _ := common(lineNumbers(ids, a), lineNumbers(ids, b), lineEdits)
	var hunks []Hunk
	o, n := 1, 1
	for _, m := range append(matches, match{len(a), len(b)}) {
		if m.a+1 > o || m.b+1 > n {
			hunks = append(hunks, Hunk{o, m.a + 1, n, m.b + 1})
		}
		o, n = m.a+2, m.b+2
	}
	return hunks
}

func lineNumbers(ids map[string]int, lines [][]byte) []int {
	out := make([]int, len(lines))
	for i, line := range lines {
		id, ok := ids[string(line)]
		if !ok {
			id = len(ids)
			ids[string(line)] = id
		}
		out[i] = id
	}
	return out
}
