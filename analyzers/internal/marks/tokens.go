package marks

import (
	"bytes"
	"go/ast"
	"go/scanner"
	"go/token"
)

// scan collects the tokens that Changed needs: those of declarations that can
// hold statements and hold an effective line.
func (f *File) scan(decls []ast.Decl) {
	if f.all {
		f.tokens = make([]tok, 0, len(f.src)/8)
	}
	for _, decl := range decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Body == nil {
				continue
			}
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
		}
		if f.touchesLines(decl.Pos(), decl.End()) {
			f.scanRange(f.file.Offset(decl.Pos()), f.file.Offset(decl.End()))
		}
	}
}

func (f *File) scanRange(from, to int) {
	src := f.src[from:to]
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, 0)
	line := f.lineAt(from)
	for {
		pos, kind, lit := s.Scan()
		if kind == token.EOF {
			return
		}
		if kind == token.SEMICOLON && lit == "\n" {
			continue
		}
		offset := from + file.Offset(pos)
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
