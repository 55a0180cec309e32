package diffsrc

import "bytes"

// splitLines returns the lines of a file without their ends, LF or CRLF.
func splitLines(src []byte) [][]byte {
	if len(src) == 0 {
		return nil
	}
	lines := bytes.Split(bytes.TrimSuffix(src, []byte{'\n'}), []byte{'\n'})
	for i, line := range lines {
		lines[i] = bytes.TrimRight(line, "\r")
	}
	return lines
}

// checkedHunks returns hunks if they turn old into new, else hunks found
// without git. A diff that shows a line like "--- x" can be misread.
func checkedHunks(old, new []byte, hunks []hunk) []hunk {
	a, b := splitLines(old), splitLines(new)
	if consistent(a, b, hunks) {
		return hunks
	}
	return lineHunks(a, b)
}

// consistent reports whether the lines outside of hunks are the same.
func consistent(a, b [][]byte, hunks []hunk) bool {
	o, n := 1, 1
	for _, h := range append(hunks[:len(hunks):len(hunks)], hunk{len(a) + 1, len(a) + 1, len(b) + 1, len(b) + 1}) {
		if h.o0 < o || h.o0-o != h.n0-n || h.o1 < h.o0 || h.n1 < h.n0 || h.o1 > len(a)+1 || h.n1 > len(b)+1 {
			return false
		}
		for ; o < h.o0; o, n = o+1, n+1 {
			if !bytes.Equal(a[o-1], b[n-1]) {
				return false
			}
		}
		o, n = h.o1, h.n1
	}
	return true
}

// lineHunks compares lines.
func lineHunks(a, b [][]byte) []hunk {
	ids := make(map[string]int)
	matches, _ := common(lineNumbers(ids, a), lineNumbers(ids, b), lineEdits)
	var hunks []hunk
	o, n := 1, 1
	for _, m := range append(matches, match{len(a), len(b)}) {
		if m.a+1 > o || m.b+1 > n {
			hunks = append(hunks, hunk{o, m.a + 1, n, m.b + 1})
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
