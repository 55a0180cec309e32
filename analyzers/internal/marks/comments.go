package marks

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"

	"github.com/goat-trace/goat/internal/excuse"
)

// comments are a file's comments that are meant for goat.
type comments struct {
	file         bool // an ignore before the package clause
	inserts      []*ast.Comment
	ignores      []ignore
	ignoredLines map[int]bool
	ignored      []extent // the parts that were excluded so far
}

type extent struct{ from, to token.Pos }

// ignore is one goat:ignore comment inside or after a declaration.
type ignore struct {
	pos      token.Pos
	line     int
	groupEnd int  // last line of the comment's group
	trailing bool // with code before it on its line
}

// HasMarker reports whether a file may hold a comment that asks for a point
// where no line is effective. It is quick and may be true without such a
// comment.
func HasMarker(src []byte) bool { return bytes.Contains(src, []byte("+goat:insert")) }

func (f *File) readComments(file *ast.File) comments {
	var found comments
	if !bytes.Contains(f.src, []byte("goat:")) {
		return found
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			switch {
			case isInsert(c.Text):
				found.inserts = append(found.inserts, c)
			case isIgnore(c.Text):
				if c.Pos() < file.Package {
					found.file = true
				}
				found.addIgnore(ignore{c.Pos(), f.Line(c.Pos()), f.Line(group.End()), f.behindCode(c.Pos())})
			}
		}
	}
	return found
}

func (c *comments) addIgnore(ig ignore) {
	c.ignores = append(c.ignores, ig)
	if !ig.trailing {
		return
	}
	if c.ignoredLines == nil {
		c.ignoredLines = make(map[int]bool)
	}
	c.ignoredLines[ig.line] = true
}

func (c *comments) ignoresLine(first, last int) bool {
	if c.ignoredLines == nil {
		return false
	}
	for n := first; n <= last; n++ {
		if c.ignoredLines[n] {
			return true
		}
	}
	return false
}

// behindCode reports whether code is before the comment on its line.
func (f *File) behindCode(pos token.Pos) bool {
	offset := f.file.Offset(pos)
	before := f.src[f.starts[f.lineAt(offset)-1]:offset]
	return len(bytes.TrimSpace(bytes.TrimPrefix(before, []byte("\ufeff")))) > 0
}

// isInsert reports whether a comment is "+goat:insert", in either form.
func isInsert(text string) bool {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "//"), "/*"), "*/")
	fields := strings.Fields(text)
	return len(fields) > 0 && fields[0] == "+goat:insert"
}

// isIgnore reports whether a comment is the directive "//goat:ignore". As in
// Go's own directives, no space follows the slashes. One with a date is an excuse:
// it takes no point away, and whoever reads hits judges it.
func isIgnore(text string) bool {
	rest, ok := strings.CutPrefix(text, "//goat:ignore")
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r")) && !excuse.IsDirective(text)
}

// IgnoresDecl implements blocks.Marker.
func (f *File) IgnoresDecl(doc *ast.CommentGroup) bool {
	if doc == nil || len(f.comments.ignores) == 0 {
		return false
	}
	for _, c := range doc.List {
		if isIgnore(c.Text) {
			return true
		}
	}
	return false
}

// IgnoresStmt implements blocks.Marker.
func (f *File) IgnoresStmt(prev, stmt token.Pos) bool {
	for _, ig := range f.comments.ignores {
		if prev <= ig.pos && ig.pos < stmt && !ig.trailing {
			return true
		}
	}
	return false
}

// IgnoresBlock implements blocks.Marker.
func (f *File) IgnoresBlock(start, first, end token.Pos) token.Pos {
	for _, ig := range f.comments.ignores {
		switch {
		case ig.pos < start || ig.pos >= end || first.IsValid() && ig.pos > first:
		case ig.trailing && ig.line == f.Line(start):
			return ig.pos
		case !ig.trailing && (!first.IsValid() || f.Line(first) > ig.groupEnd+1):
			return ig.pos
		}
	}
	return token.NoPos
}

// Ignored implements blocks.Marker.
func (f *File) Ignored(from, to token.Pos) {
	f.comments.ignored = append(f.comments.ignored, extent{from, to})
}

// Inserts returns the positions of the +goat:insert comments outside excluded
// parts. Its result is complete only after the file was laid out.
func (f *File) Inserts() []token.Pos {
	var wanted []token.Pos
	for _, c := range f.comments.inserts {
		if !f.comments.isIgnored(c.Pos()) {
			wanted = append(wanted, c.Pos())
		}
	}
	return wanted
}

func (c *comments) isIgnored(pos token.Pos) bool {
	for _, e := range c.ignored {
		if e.from <= pos && pos < e.to {
			return true
		}
	}
	return false
}
