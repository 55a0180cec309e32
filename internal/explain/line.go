package explain

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/syntax"
	"github.com/goat-trace/goat/internal/vet/source"
)

// judge examines the line itself.
func (e *explanation) judge(context.Context) (bool, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, e.path, e.src, analyzers.ParseMode)
	if err != nil {
		return e.because(Unparsed, "the file does not parse: "+err.Error(), "mend it; the compiler says the same"), nil
	}
	test := strings.HasSuffix(e.path, "_test.go")
	from := source.New(e.session, test, slog.New(slog.DiscardHandler))
	inputs, err := from.Inputs(source.Files{Package: e.Package, Module: e.module.Path, Dir: e.dir(), Names: e.files})
	if err != nil {
		return false, err
	}
	known, _, err := e.session.File(e.module.Path, e.rel)
	if err != nil {
		return false, err
	}
	e.fillStatements(known)
	text := lineText{fset: fset, file: file, src: e.src, line: e.Line}
	e.Func, e.Extent = text.statement()
	e.Points = e.pointsOn(inputs)
	e.decide(text, inputs)
	if test {
		e.underTest()
	}
	return true, nil
}

// pointsOn returns the points that vouch for the line or are on it.
func (e *explanation) pointsOn(inputs []analyzers.FileInput) []Point {
	var list []Point
	for _, s := range e.sites(inputs) {
		vouches := covers(s.Lines, e.Line)
		if !vouches && s.Line != e.Line {
			continue
		}
		p := Point{s.Point, vouches}
		if p.Lines == nil {
			p.Lines = [][2]int{}
		}
		list = append(list, p)
	}
	return list
}

func (e *explanation) sites(inputs []analyzers.FileInput) []point.Site {
	for i, sites := range analyzers.PackageSites(e.Package, point.Granularity(e.session.Config.Granularity), inputs) {
		if inputs[i].Rel == e.rel {
			return sites
		}
	}
	return nil
}

func covers(lines [][2]int, line int) bool {
	for _, l := range lines {
		if l[0] <= line && line <= l[1] {
			return true
		}
	}
	return false
}

// decide finds the reason.
func (e *explanation) decide(text lineText, inputs []analyzers.FileInput) {
	changed := e.session.All || e.effective()
	for _, p := range e.Points {
		if p.Vouches {
			e.Tracked, e.Reason = true, Tracked
			e.Because = fmt.Sprintf("it differs from %s, and a tracking point of kind %s vouches for it", e.comparedWith(), p.Kind)
			if e.session.All {
				e.Because = fmt.Sprintf("everything is new, and a tracking point of kind %s vouches for it", p.Kind)
			}
			e.Rule = e.rule(p.Kind)
			return
		}
	}
	if len(e.Points) > 0 {
		p := e.Points[0]
		e.Tracked, e.Reason, e.Rule = true, PointHere, e.rule(p.Kind)
		e.Because = fmt.Sprintf("a tracking point of kind %s stands here; the line itself has not changed since %s", p.Kind, e.comparedWith())
		return
	}
	kind, what := text.kind(e.Extent != nil)
	switch {
	case kind != "" && kind != Punctuation:
		e.because(kind, what, "")
	case e.Moved != nil:
		e.because(Moved, "the code only moved since "+e.comparedWith()+": it has run where it stood", "-precision=2 counts moved code as changed")
	case e.ignoredBy(inputs):
	case changed && e.Extent != nil:
		e.because(Uninstrumented, "the function holds no tracking points: it has no body, is named _, or a directive such as go:nosplit or go:linkname binds it", "")
	case kind == Punctuation:
		e.because(kind, what, "")
	case e.neighbours():
		e.because(Elsewhere, "the line is unchanged since "+e.comparedWith()+"; others of its statement have changed, and a point vouches for those", "")
	default:
		e.because(Unchanged, "it is as in "+e.comparedWith()+": comments, blank lines and formatting do not count", "another base: -base=REF")
	}
}

// effective reports whether the line belongs to a changed statement.
func (e *explanation) effective() bool {
	lines, _, err := e.session.Effective(e.module.Path, e.rel, e.src)
	return err == nil && covers(lines, e.Line)
}

// neighbours reports whether another line of the same statement has changed.
func (e *explanation) neighbours() bool {
	if e.Extent == nil {
		return false
	}
	lines, _, err := e.session.Effective(e.module.Path, e.rel, e.src)
	for _, l := range lines {
		if err == nil && l[0] <= e.Extent[1] && e.Extent[0] <= l[1] {
			return true
		}
	}
	return false
}

// ignoredBy finds the goat:ignore without which the line would have a point.
func (e *explanation) ignoredBy(inputs []analyzers.FileInput) bool {
	const directive = "//goat:ignore"
	for i, in := range inputs {
		if in.Rel != e.rel {
			continue
		}
		for at := range indexes(in.Src, directive) {
			src := bytes.Clone(in.Src)
			copy(src[at:], "//----:")
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, e.path, src, analyzers.ParseMode)
			if err != nil {
				continue
			}
			changed := append([]analyzers.FileInput(nil), inputs...)
			changed[i].Src, changed[i].Fset, changed[i].File = src, fset, file
			for _, s := range e.sites(changed) {
				if covers(s.Lines, e.Line) {
					line := 1 + bytes.Count(src[:at], []byte("\n"))
					return e.because(Directive, fmt.Sprintf("%s in line %d takes its point away", directive, line), "remove the comment")
				}
			}
		}
	}
	return false
}

// indexes yields the offsets of a text in src.
func indexes(src []byte, text string) func(func(int) bool) {
	return func(yield func(int) bool) {
		for from := 0; ; {
			i := bytes.Index(src[from:], []byte(text))
			if i < 0 || !yield(from+i) {
				return
			}
			from += i + len(text)
		}
	}
}

// underTest says when a test file has its points.
func (e *explanation) underTest() {
	const when = "go build does not compile tests; under goat test "
	switch {
	case e.Tracked:
		e.Because = when + e.Because
		e.Reason, e.Tracked = TestFile, false
		e.Next = "goat test inserts its points"
	case e.Reason != "":
		e.Because = when + "it has no point either: " + e.Because
	}
}

// rule says why there is a point of this kind.
func (e *explanation) rule(kind point.Kind) string {
	g := point.Granularity(e.session.Config.Granularity)
	switch kind {
	case point.KindThen, point.KindElse, point.KindDefault, point.KindCase, point.KindLoop:
		if g != point.Func && g != point.Scope {
			return "a changed header has a point in each of its branches, those included that are not written"
		}
	case point.KindManual:
		return "+goat:insert asks for a point where it stands, whatever has changed"
	case point.KindFunc:
		if g != point.Func {
			return "a changed signature has a point at the start of its function, at every granularity"
		}
	}
	switch g {
	case point.Line:
		return "granularity line: a point for each line on which changed statements begin"
	case point.Scope:
		return "granularity scope: a point for each innermost block that holds a changed statement"
	case point.Func:
		return "granularity func: a point for each function or literal that holds a changed statement"
	}
	return "granularity patch: a point for each run of changed statements in one block"
}

// lineText is a line within the syntax of its file.
type lineText struct {
	fset *token.FileSet
	file *ast.File
	src  []byte
	line int
}

// statement returns the function, and the lines of the innermost statement, or of
// the signature, that has own text on the line; nil for none.
func (t lineText) statement() (function string, extent *[2]int) {
	smallest := 0
	consider := func(own []syntax.Extent) {
		on := false
		for _, x := range own {
			on = on || t.lineOf(x.Pos) <= t.line && t.line <= t.lineOf(x.End-1)
		}
		if !on {
			return
		}
		first, last := t.lineOf(own[0].Pos), t.lineOf(own[len(own)-1].End-1)
		if extent == nil || last-first <= smallest {
			extent, smallest = &[2]int{first, last}, last-first
		}
	}
	for _, decl := range t.file.Decls {
		if t.line < t.lineOf(decl.Pos()) || t.line > t.lineOf(decl.End()) {
			continue
		}
		for _, s := range syntax.Signatures(decl) {
			consider(s.Own)
		}
		for _, s := range syntax.Statements(decl) {
			if len(s.Own) > 0 {
				consider(s.Own)
			}
		}
		if fn, ok := decl.(*ast.FuncDecl); ok {
			function = "func " + fn.Name.Name
		}
	}
	if extent != nil && function == "" {
		function = "a function literal"
	}
	return function, extent
}

func (t lineText) lineOf(pos token.Pos) int { return t.fset.PositionFor(pos, false).Line }

// kind says what is on a line that belongs to no statement.
func (t lineText) kind(statement bool) (reason Reason, text string) {
	tokens, comments, punctuation := t.tokens()
	switch {
	case tokens == 0 && comments:
		return Comment, "nothing but a comment is on the line"
	case tokens == 0:
		return Blank, "nothing is on the line"
	case statement:
		return "", ""
	case punctuation:
		return Punctuation, "a closing brace, an else or a label alone is no statement: it belongs to what it closes"
	case t.inFunction():
		return Punctuation, "no statement has text of its own on the line"
	}
	return Declaration, "imports, types, constants and package-level variables are no statements; function literals in them are tracked"
}

// inFunction reports whether the line is in a function's body.
func (t lineText) inFunction() bool {
	inside := false
	ast.Inspect(t.file, func(n ast.Node) bool {
		if body, ok := n.(*ast.BlockStmt); ok && t.lineOf(body.Lbrace) < t.line && t.line <= t.lineOf(body.Rbrace) {
			inside = true
		}
		return !inside
	})
	return inside
}

// tokens counts the tokens on the line.
func (t lineText) tokens() (n int, comments, punctuation bool) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile(filepath.Base(t.file.Name.Name), -1, len(t.src))
	s.Init(file, t.src, func(token.Position, string) {}, scanner.ScanComments)
	punctuation = true
	for {
		pos, tok, lit := s.Scan()
		first := file.PositionFor(pos, false).Line
		if tok == token.EOF || first > t.line {
			return n, comments, punctuation
		}
		last := first + strings.Count(lit, "\n")
		if tok == token.SEMICOLON && lit == "\n" || last < t.line {
			continue
		}
		switch tok {
		case token.COMMENT:
			comments = true
			continue
		case token.RBRACE, token.RPAREN, token.LBRACE, token.ELSE, token.COMMA, token.SEMICOLON:
		default:
			punctuation = false
		}
		n++
	}
}
