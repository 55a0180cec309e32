package edits

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/syntax"
)

// Unit is a piece of code that changes or stays as a whole: a statement's own text,
// or a function's signature from func to its opening brace.
type Unit struct {
	Offset int    // where it starts in the file, in bytes
	Text   string // its own tokens, with one blank between them, without formatting
	Func   string // the function that it belongs to, with the receiver's type
	Lines  []int  // the lines with one of its tokens, ascending
	Around []Place
	Else   string // of an if: "else" or "else if", if it has one
}

// Place is a block, identified by the unit whose text opens it.
type Place struct {
	Unit   int    // index of that unit in its file
	Branch string // which of the unit's blocks
}

// Signature reports whether the unit is a function's signature.
func (u Unit) Signature() bool { return strings.HasPrefix(u.Text, "func ") && len(u.Around) == 0 }

// has reports whether the unit has a block of that name. If the if of one side has
// no else, that block came or went with the code around its statements. An else if
// opens no block of its own.
func (u Unit) has(branch string) bool {
	return !strings.HasPrefix(branch, "else") || branch == u.Else && branch == "else"
}

// header reports whether the unit opens a block.
func (u Unit) header() bool {
	return strings.HasSuffix(u.Text, "{") || strings.HasSuffix(u.Text, ":") || strings.Contains(u.Text, "…")
}

// jump reports whether the unit only leaves its block.
func (u Unit) jump() bool {
	word, _, _ := strings.Cut(u.Text, " ")
	return slices.Contains([]string{"return", "break", "continue", "goto", "fallthrough"}, word)
}

// letters counts letters and digits.
func (u Unit) letters() int {
	n := 0
	for _, c := range u.Text {
		if letter(c) {
			n++
		}
	}
	return n
}

// letter reports whether c is a letter or a digit.
func letter(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Units returns the units of a file in the order of their own text.
func Units(src []byte) ([]Unit, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parsing a file of %d bytes: %w", len(src), err)
	}
	r := reader{tokens: scan(src), base: fset.File(file.Pos()).Base(), index: make(map[ast.Node]int)}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			r.add(f, []syntax.Extent{{Pos: f.Pos(), End: f.Body.Lbrace + 1}})
		}
	}
	for _, s := range syntax.Statements(file) {
		r.add(s.Node, s.Own)
	}
	r.sort()
	for _, decl := range file.Decls {
		r.nest(decl)
	}
	return r.units, nil
}

// reader collects the units of one file.
type reader struct {
	tokens []scanned
	base   int
	units  []Unit
	nodes  []ast.Node // the units' nodes
	owns   []int      // where the units' own text starts
	index  map[ast.Node]int
}

func (r *reader) add(node ast.Node, own []syntax.Extent) {
	u := Unit{Offset: int(node.Pos()) - r.base}
	var words []string
	for i, e := range own {
		if i > 0 || e.Pos > node.Pos() {
			words = append(words, "…") // a function literal
		}
		first, _ := slices.BinarySearchFunc(r.tokens, int(e.Pos)-r.base, func(t scanned, at int) int { return t.offset - at })
		for _, t := range r.tokens[first:] {
			if t.offset >= int(e.End)-r.base {
				break
			}
			words = append(words, t.text)
			for line := t.line; line <= t.line+strings.Count(t.text, "\n"); line++ {
				if n := len(u.Lines); n == 0 || u.Lines[n-1] < line {
					u.Lines = append(u.Lines, line)
				}
			}
		}
	}
	if _, ok := node.(ast.Stmt); ok && own[len(own)-1].End < node.End() && words[len(words)-1] != "{" && words[len(words)-1] != ":" {
		words = append(words, "…")
	}
	u.Text = strings.Join(plain(words), " ")
	r.units, r.nodes, r.owns = append(r.units, u), append(r.nodes, node), append(r.owns, int(own[0].Pos))
}

// plain removes the punctuation that is needed only to break a line.
func plain(words []string) []string {
	var out []string
	for i, w := range words {
		last := i+1 == len(words)
		if (w == "," || w == ";") && (last || words[i+1] == ")" || words[i+1] == "}" || words[i+1] == "]") {
			continue
		}
		out = append(out, w)
	}
	return out
}

// sort sorts units by the order of their own text.
func (r *reader) sort() {
	order := make([]int, len(r.units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return r.owns[a] - r.owns[b] })
	units := make([]Unit, len(order))
	for to, from := range order {
		units[to] = r.units[from]
		r.index[r.nodes[from]] = to
	}
	r.units = units
}

// nest notes the blocks around each unit, and the else in front of an if.
func (r *reader) nest(decl ast.Decl) {
	f, _ := decl.(*ast.FuncDecl)
	var stack []ast.Node
	literals := make(map[ast.Node]int) // ordinals; for a unit, how many there are
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		if _, ok := n.(*ast.FuncLit); ok {
			owner := r.owner(stack)
			literals[owner]++
			literals[n] = literals[owner]
		}
		i, ok := r.index[n]
		if !ok {
			return true
		}
		u := &r.units[i]
		u.Around = r.around(stack, literals)
		if s, ok := n.(*ast.IfStmt); ok && s.Else != nil {
			u.Else = branch(s, s.Else)
		}
		if f != nil {
			u.Func = functionName(f)
		}
		if parent, ok := stack[max(len(stack)-2, 0)].(*ast.IfStmt); ok && parent.Else == n {
			u.Text = "else " + u.Text
		}
		return true
	})
}

func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch generic := t.(type) {
	case *ast.IndexExpr:
		t = generic.X
	case *ast.IndexListExpr:
		t = generic.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// owner returns the node of the innermost unit in a stack, or nil.
func (r *reader) owner(stack []ast.Node) ast.Node {
	for _, n := range slices.Backward(stack) {
		if _, ok := r.index[n]; ok {
			return n
		}
	}
	return nil
}

// around returns the blocks that a stack of nodes goes through, outermost first.
func (r *reader) around(stack []ast.Node, literals map[ast.Node]int) []Place {
	var places []Place
	for i, child := range stack[1:] {
		branch := branch(stack[i], child)
		node := stack[i]
		if branch == "literal" {
			node = r.owner(stack[:i])
			branch = fmt.Sprint(branch, literals[stack[i]])
		}
		if at, ok := r.index[node]; ok && branch != "" {
			places = append(places, Place{at, branch})
		}
	}
	return places
}

// branch names the block of parent that child is or is in; "" for none.
func branch(parent, child ast.Node) string {
	switch p := parent.(type) {
	case *ast.FuncLit:
		if child == p.Body {
			return "literal"
		}
	case *ast.IfStmt:
		if _, chained := child.(*ast.IfStmt); chained && child == p.Else {
			return "else if"
		}
		if child == p.Else {
			return "else"
		}
	case *ast.CommClause:
		if child == p.Comm {
			return ""
		}
	}
	switch parent.(type) {
	case *ast.CaseClause, *ast.CommClause:
		if _, ok := child.(ast.Stmt); ok {
			return "body"
		}
	case *ast.FuncDecl, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		if _, ok := child.(*ast.BlockStmt); ok {
			return "body"
		}
	}
	return ""
}

// scanned is a token that is not a comment.
type scanned struct {
	offset, line int
	text         string
}

func scan(src []byte) []scanned {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	var all []scanned
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return all
		}
		switch {
		case tok == token.SEMICOLON:
			text = ";"
		case text == "" || tok.IsOperator():
			text = tok.String()
		case tok == token.STRING:
			text = strings.ReplaceAll(text, "\r", "")
		}
		all = append(all, scanned{file.Offset(pos), file.PositionFor(pos, false).Line, text})
	}
}
