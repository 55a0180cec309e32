package patch

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
)

// Reverse reverses the patch on a file. It returns the old state, with LF line
// ends, and the changed lines, or an error if the patch does not fit.
func (p File) Reverse(src []byte) (old []byte, hunks []compare.Hunk, err error) {
	r := reversal{lines: compare.SplitLines(src)}
	for _, h := range p.hunks {
		if h.newStart-1 < r.done {
			return nil, nil, fmt.Errorf("hunk %s: it overlaps the one before", h.header)
		}
		if h.newStart-1 > len(r.lines) {
			return nil, nil, fmt.Errorf("hunk %s: the file has %d lines", h.header, len(r.lines))
		}
		r.skipTo(h.newStart - 1)
		if err := r.hunk(h); err != nil {
			return nil, nil, fmt.Errorf("hunk %s: %w", h.header, err)
		}
	}
	r.skipTo(len(r.lines))
	if len(r.old) == 0 {
		return nil, r.hunks, nil
	}
	return append(bytes.Join(r.old, []byte{'\n'}), '\n'), r.hunks, nil
}

// reversal is a file on its way back to its old state.
type reversal struct {
	lines [][]byte // the new lines
	done  int      // how many of them are done
	old   [][]byte // the old lines so far
	hunks []compare.Hunk
}

// skipTo copies lines that the patch does not mention until n lines are done.
func (r *reversal) skipTo(n int) {
	r.old = append(r.old, r.lines[r.done:n]...)
	r.done = n
}

// hunk adds the old lines of a hunk and checks its new ones.
func (r *reversal) hunk(h hunk) error {
	inside := false // the last line was changed
	for _, l := range h.lines {
		if l.kind != '-' {
			if r.done >= len(r.lines) {
				return fmt.Errorf("the file ends at line %d, the patch has %q there", len(r.lines), l.text)
			}
			if got := string(r.lines[r.done]); got != strings.TrimRight(l.text, "\r") {
				return fmt.Errorf("line %d of the file is %q, the patch has %q there", r.done+1, got, l.text)
			}
		}
		changed := l.kind == '-' || l.kind == '+'
		if changed && !inside {
			r.hunks = append(r.hunks, compare.Hunk{Old: len(r.old) + 1, OldEnd: len(r.old) + 1, New: r.done + 1, NewEnd: r.done + 1})
		}
		inside = changed
		switch l.kind {
		case '-':
			r.old = append(r.old, []byte(l.text))
		case '+':
			r.done++
		default:
			r.skipTo(r.done + 1)
		}
		if changed {
			last := &r.hunks[len(r.hunks)-1]
			last.OldEnd, last.NewEnd = len(r.old)+1, r.done+1
		}
	}
	return nil
}
