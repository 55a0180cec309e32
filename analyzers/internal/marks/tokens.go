package marks

import (
	"bytes"
	"go/scanner"
	"go/token"
)

// scan collects the tokens that Changed may be asked about.
func (f *File) scan() {
	file := token.NewFileSet().AddFile("", -1, len(f.src))
	var s scanner.Scanner
	s.Init(file, f.src, func(token.Position, string) {}, 0)
	if f.all {
		f.tokens = make([]tok, 0, len(f.src)/6)
	}
	line := 1
	for {
		pos, kind, lit := s.Scan()
		if kind == token.EOF {
			return
		}
		if kind == token.SEMICOLON && lit == "\n" {
			continue
		}
		offset := file.Offset(pos)
		for line < len(f.starts) && f.starts[line] <= offset {
			line++
		}
		t := tok{offset, line, line}
		if kind == token.STRING && f.src[offset] == '`' {
			t.last = f.lineAt(rawStringEnd(f.src, offset))
		}
		if f.all || f.isEffectiveRange(t.first, t.last) || f.comments.ignoresLine(t.first, t.last) {
			f.tokens = append(f.tokens, t)
		}
	}
}

func (f *File) isEffectiveRange(first, last int) bool {
	i := f.effectiveFrom(first)
	return i < len(f.effective) && f.effective[i][0] <= last
}

// rawStringEnd returns the offset of the closing quote. The literal's text
// does not tell: the scanner drops carriage returns from it (Go spec, "String
// literals").
func rawStringEnd(src []byte, offset int) int {
	if i := bytes.IndexByte(src[offset+1:], '`'); i >= 0 {
		return offset + 1 + i
	}
	return len(src) - 1
}
