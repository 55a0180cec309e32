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
		last := line
		if kind == token.STRING && f.src[offset] == '`' {
			last = f.lineAt(rawStringEnd(f.src, offset))
		}
		if f.all || f.isEffectiveRange(line, last) || f.comments.ignoresLine(line, last) {
			f.tokens = append(f.tokens, tok{int32(offset), int32(line), int32(last)})
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
