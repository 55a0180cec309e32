package excuse

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"time"
)

// Excuse is a directive and the lines that it applies to.
type Excuse struct {
	Line        int // of the directive
	First, Last int // the lines that it excuses, inclusive
	// Inside says that it applies to a block alone: on the line where the block
	// begins it excuses the branch, but no statement.
	Inside bool
	Until  time.Time
	Reason string
}

// InForce reports whether an excuse still applies: it does until the end of its day
// in UTC.
func (e *Excuse) InForce(now time.Time) bool { return now.Before(e.Until.AddDate(0, 0, 1)) }

// File is what a file says about its code.
type File struct {
	Excuses    []Excuse
	ErrorPaths [][2]int // lines from a branch's header or first statement to its last line
	Problems   []error  // directives that excuse nothing, with their line
}

// Find returns the excuse for the lines of a statement, or for the lines of a
// branch, which begin with its header. If there are several, it returns the one
// that lasts longest; nil for none.
func (f *File) Find(first, last int, branch bool) *Excuse {
	var found *Excuse
	for i := range f.Excuses {
		e := &f.Excuses[i]
		if e.First <= first && last <= e.Last && (branch || !e.Inside || first > e.First) && (found == nil || e.Until.After(found.Until)) {
			found = e
		}
	}
	return found
}

// IsErrorPath reports whether lines are inside an error path.
func (f *File) IsErrorPath(first, last int) bool {
	for _, lines := range f.ErrorPaths {
		if lines[0] <= first && last <= lines[1] {
			return true
		}
	}
	return false
}

const directive = "//goat:ignore"

// IsDirective reports whether a comment is a goat:ignore with a date, even with a
// wrong one.
func IsDirective(comment string) bool {
	rest, ok := strings.CutPrefix(comment, directive)
	if !ok || rest == "" || !strings.ContainsAny(rest[:1], " \t") {
		return false
	}
	fields := strings.Fields(rest)
	return len(fields) > 0 && strings.HasPrefix(fields[0], "until=")
}

// parse reads a directive.
func parse(comment string) (until time.Time, reason string, err error) {
	fields := strings.Fields(strings.TrimPrefix(comment, directive))
	date := strings.TrimPrefix(fields[0], "until=")
	if until, err = time.Parse(time.DateOnly, date); err != nil {
		return until, "", fmt.Errorf("%q is no date; write for example until=2027-03-01", date)
	}
	if reason = strings.Join(fields[1:], " "); reason == "" {
		return until, "", errors.New("the reason is missing; write it behind the date")
	}
	return until, reason, nil
}

// Read reads a file. What does not parse says nothing.
func Read(src []byte) *File {
	f := new(File)
	fset := token.NewFileSet()
	mode := parser.SkipObjectResolution
	if bytes.Contains(src, []byte(directive)) {
		mode |= parser.ParseComments
	}
	syntax, err := parser.ParseFile(fset, "", src, mode)
	if err != nil {
		return f
	}
	r := reader{file: fset.File(syntax.FileStart), src: src, syntax: syntax}
	f.ErrorPaths = errorPaths(syntax, r.line)
	for _, group := range syntax.Comments {
		for _, c := range group.List {
			if !IsDirective(c.Text) {
				continue
			}
			line := r.line(c.Pos())
			until, reason, err := parse(c.Text)
			if err != nil {
				f.Problems = append(f.Problems, fmt.Errorf("line %d: goat:ignore excuses nothing: %w", line, err))
				continue
			}
			e := r.reach(c, group)
			e.Line, e.Until, e.Reason = line, until, reason
			f.Excuses = append(f.Excuses, e)
		}
	}
	return f
}

// reader knows a file's syntax. It counts the lines of the file itself and ignores
// its //line directives.
type reader struct {
	file   *token.File
	src    []byte
	syntax *ast.File
}

func (r *reader) line(pos token.Pos) int { return r.file.PositionFor(pos, false).Line }

// lastLine is the line of a node's last byte.
func (r *reader) lastLine(n ast.Node) int { return r.line(max(n.Pos(), n.End()-1)) }

// reach returns the lines that a directive applies to.
func (r *reader) reach(c *ast.Comment, group *ast.CommentGroup) Excuse {
	line := r.line(c.Pos())
	if c.Pos() < r.syntax.Package {
		return Excuse{First: 1, Last: r.file.LineCount()}
	}
	for _, d := range r.syntax.Decls {
		if doc := docOf(d); doc != nil && doc.Pos() <= c.Pos() && c.Pos() < doc.End() {
			return r.extent(d)
		}
	}
	if r.behindCode(c) {
		return Excuse{First: line, Last: r.blockFrom(line)}
	}
	return r.below(c, r.line(max(group.Pos(), group.End()-1)))
}

func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc
	case *ast.GenDecl:
		return d.Doc
	}
	return nil
}

// behindCode reports whether there is code before a comment on its line.
func (r *reader) behindCode(c *ast.Comment) bool {
	start := r.file.Offset(r.file.LineStart(r.line(c.Pos())))
	return len(bytes.TrimSpace(r.src[start:r.file.Offset(c.Pos())])) > 0
}

// blockFrom returns the last line of the block, clause or statement that begins on
// a line.
func (r *reader) blockFrom(line int) int {
	last := line
	ast.Inspect(r.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.BlockStmt:
			if r.line(n.Lbrace) == line {
				last = max(last, r.insideOf(n))
			}
		case *ast.CaseClause, *ast.CommClause:
			if colon := colonOf(n); r.line(colon) == line {
				last = max(last, r.lastLine(n))
			}
		case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.DeclStmt, *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt, *ast.IncDecStmt, *ast.BranchStmt:
			if r.line(n.Pos()) == line {
				last = max(last, r.lastLine(n))
			}
		}
		return true
	})
	return last
}

// insideOf returns the last line that surely belongs to a block: on the line of its
// closing brace another branch may begin, as in "} else {".
func (r *reader) insideOf(n ast.Node) int {
	last := r.lastLine(n)
	if _, ok := n.(*ast.BlockStmt); ok && last > r.line(n.Pos()) {
		last--
	}
	return last
}

func colonOf(n ast.Node) token.Pos {
	switch n := n.(type) {
	case *ast.CaseClause:
		return n.Colon
	case *ast.CommClause:
		return n.Colon
	}
	return token.NoPos
}

func (r *reader) extent(n ast.Node) Excuse {
	return Excuse{First: r.line(n.Pos()), Last: r.lastLine(n)}
}

// below returns the lines for a directive on a line of its own. That is the
// statement or clause after it. It is the block around it, if the directive is the
// first thing there and a blank line or only one statement follows.
func (r *reader) below(c *ast.Comment, groupEnd int) Excuse {
	block, list := r.blockAround(c)
	at := slices.IndexFunc(list, func(s ast.Stmt) bool { return s.Pos() > c.Pos() })
	switch {
	case block == nil: // between declarations
		return Excuse{First: groupEnd, Last: groupEnd}
	case len(list) == 0, at == 0 && (len(list) == 1 || r.line(list[0].Pos()) > groupEnd+1):
		e := Excuse{First: r.line(block.Pos()), Last: r.insideOf(block)}
		if clause := colonOf(block); clause.IsValid() {
			e.First = r.line(clause)
		}
		e.Inside = true
		return e
	case at < 0:
		return Excuse{First: groupEnd, Last: groupEnd}
	}
	return r.extent(list[at])
}

// blockAround returns the innermost block or clause that a comment is in, with its
// statements.
func (r *reader) blockAround(c *ast.Comment) (block ast.Node, list []ast.Stmt) {
	ast.Inspect(r.syntax, func(n ast.Node) bool {
		if n == nil || n.Pos() > c.Pos() || n.End() < c.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.BlockStmt:
			block, list = n, n.List
		case *ast.CaseClause:
			if n.Colon < c.Pos() {
				block, list = n, n.Body
			}
		case *ast.CommClause:
			if n.Colon < c.Pos() {
				block, list = n, n.Body
			}
		}
		return true
	})
	return block, list
}
