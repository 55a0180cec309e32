package compare

import (
	"crypto/sha256"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"sort"

	"github.com/goat-trace/goat/internal/syntax"
)

// readBoth cuts both states of a file into units. If one of them does not
// parse, each line of both is a unit.
func readBoth(old, new []byte, hunks []Hunk) (*text, *text) {
	a, b := &text{tokens: scan(old)}, &text{tokens: scan(new)}
	wasTouched := touchedBy(hunks, func(h Hunk) (int, int) { return h.Old, h.OldEnd })
	isTouched := touchedBy(hunks, func(h Hunk) (int, int) { return h.New, h.NewEnd })
	if len(old) > 0 && !a.cut(old, wasTouched) || len(new) > 0 && !b.cut(new, isTouched) {
		a.cutLines()
		b.cutLines()
	}
	return a, b
}

// cut makes a unit of each statement and signature. It returns false if the
// file does not parse. A declared function that no hunk touches becomes a
// single unit.
func (t *text) cut(src []byte, touched func(first, last int) bool) bool {
	whole := t.untouched(touched)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", t.withoutBodies(src, whole), parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	if n := syntax.FindNeedless(fset.File(file.FileStart), src, file); n.Any() {
		t.dropNeedless(n)
		whole = t.untouched(touched)
	}
	r := &reader{text: t, file: fset.File(file.FileStart), own: make(map[ast.Node][]syntax.Extent), whole: make(map[int]span)}
	for _, s := range syntax.Statements(file) {
		r.own[s.Node] = s.Own
	}
	for _, w := range whole {
		r.whole[t.tokens[w.from].off] = w.span
	}
	r.visit(file, place{parent: none})
	t.sort()
	return true
}

// dropNeedless removes the tokens that gofmt would remove.
func (t *text) dropNeedless(n syntax.Needless) {
	t.tokens = slices.DeleteFunc(t.tokens, func(l lexeme) bool {
		return n.Paren(l.off) || l.kind == token.SEMICOLON && n.Semicolon(l.off)
	})
}

// cutLines makes a unit of each line.
func (t *text) cutLines() {
	t.units = nil
	for from := 0; from < len(t.tokens); {
		to := from + sort.Search(len(t.tokens)-from, func(k int) bool { return t.tokens[from+k].line > t.tokens[from].line })
		t.add(unit{own: []span{{from, to}}, parent: none, until: to}, nil)
		from = to
	}
}

// sort sorts the units by their first tokens. A literal at the beginning of a
// statement comes before the statement's own text.
func (t *text) sort() {
	order := make([]int, len(t.units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.units[a].first() - t.units[b].first() })
	to := make([]int, len(order))
	sorted := make([]unit, len(order))
	for i, from := range order {
		to[from], sorted[i] = i, t.units[from]
	}
	for i := range sorted {
		if p := sorted[i].parent; p >= 0 {
			sorted[i].parent = to[p]
		}
	}
	t.units = sorted
	for i := range sorted {
		if u := &sorted[i]; u.kind == function {
			u.next = i + 1 + sort.Search(len(sorted)-i-1, func(k int) bool { return sorted[i+1+k].first() >= u.until })
		}
	}
}

// add adds a unit whose own tokens are set. Its key includes the literals
// inside it.
func (t *text) add(u unit, prefix []byte) int {
	sum := append(make([]byte, 0, 128), prefix...)
	for i, s := range u.own {
		if i > 0 {
			sum = append(sum, literalMark)
		}
		for _, l := range t.tokens[s.from:s.to] {
			sum = append(append(append(sum, byte(l.kind), byte(len(l.text)), byte(len(l.text)>>8)), l.text...), 0)
			u.score += l.score()
		}
	}
	u.line, u.last = t.tokens[u.first()].line, t.tokens[u.final()].end
	digest := sha256.Sum256(sum)
	copy(u.key[:], digest[:])
	t.units = append(t.units, u)
	return len(t.units) - 1
}

// release frees the tokens, which take ten times as much memory as the text.
func (t *text) release() {
	t.tokens = nil
	for i := range t.units {
		t.units[i].own = nil
	}
}

// Marks in keys. No token has these numbers.
const (
	literalMark = 255 // a function literal is here
	elseMark    = 254 // the if follows an else
	leadMark    = 253 // a literal comes before the first token
	trailMark   = 252 // a literal comes after the last token
)

// place is where a node is.
type place struct {
	parent int
	slot   slot
	isElse bool // directly after an else
}

// reader walks through a syntax tree and adds its units.
type reader struct {
	text *text
	file *token.File
	own  map[ast.Node][]syntax.Extent // the statements' own text
	// whole are the functions that become a single unit, by their offsets.
	whole map[int]span
}

// visit adds the units of a node and of everything below it.
func (r *reader) visit(n ast.Node, at place) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if all, ok := r.whole[r.file.Offset(n.Pos())]; ok {
			r.text.add(unit{kind: function, name: declaredName(n), own: []span{all}, parent: none, until: all.to}, nil)
		} else if n.Body != nil {
			u := unit{kind: function, name: declaredName(n), parent: at.parent, slot: at.slot}
			r.function(u, n.Type, n, n.Body)
		}
		return
	case *ast.FuncLit:
		r.function(unit{kind: literal, parent: at.parent, slot: at.slot}, n.Type, n, n.Body)
		return
	case ast.Stmt:
		if own, ok := r.own[n]; ok {
			r.statement(n, own, at)
			return
		}
	}
	r.children(n, func(ast.Node) place { return at })
}

// function adds the signature of a function and the statements of its body.
func (r *reader) function(u unit, typ *ast.FuncType, whole ast.Node, body *ast.BlockStmt) {
	u.own = r.spans([]syntax.Extent{{Pos: whole.Pos(), End: body.Lbrace + 1}})
	u.until = r.until(whole)
	number := r.text.add(u, []byte{byte(u.kind)})
	r.children(typ, func(ast.Node) place { return place{parent: number} })
	r.children(body, func(ast.Node) place { return place{parent: number, slot: inBody} })
}

// statement adds a statement or clause and the statements in its blocks.
func (r *reader) statement(s ast.Stmt, own []syntax.Extent, at place) {
	var prefix []byte
	if at.isElse {
		prefix = append(prefix, elseMark)
	}
	if own[0].Pos > s.Pos() {
		prefix = append(prefix, leadMark)
	}
	u := unit{kind: kindOf(s), isElse: at.isElse, own: r.spans(own), parent: at.parent, slot: at.slot, until: r.until(s)}
	if u.kind <= jump && own[len(own)-1].End < s.End() {
		prefix = append(prefix, trailMark)
	}
	u.hasLiteral = len(own) > 1 || slices.Contains(prefix, leadMark) || slices.Contains(prefix, trailMark)
	if branch, ok := s.(*ast.IfStmt); ok {
		_, u.hasElse = branch.Else.(*ast.BlockStmt)
	}
	if len(u.own) == 0 {
		r.children(s, func(ast.Node) place { return at })
		return
	}
	number := r.text.add(u, prefix)
	r.children(s, func(child ast.Node) place {
		p := place{parent: number, slot: inHeader}
		switch s := s.(type) {
		case *ast.IfStmt:
			if child == s.Else {
				_, p.isElse = child.(*ast.IfStmt)
				p.slot = inElse
				return p
			}
		case *ast.CaseClause:
			if stmt, ok := child.(ast.Stmt); ok && slices.Contains(s.Body, stmt) {
				p.slot = inBody
			}
		case *ast.CommClause:
			if stmt, ok := child.(ast.Stmt); ok && slices.Contains(s.Body, stmt) {
				p.slot = inBody
			}
		}
		if _, ok := child.(*ast.BlockStmt); ok {
			p.slot = inBody
		}
		return p
	})
}

func kindOf(s ast.Stmt) kind {
	switch s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return jump
	case *ast.IfStmt:
		return branch
	case *ast.ForStmt, *ast.RangeStmt:
		return loop
	case *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return choice
	case *ast.SelectStmt:
		return selection
	case *ast.CaseClause:
		return clause
	case *ast.CommClause:
		return comm
	}
	return statement
}

// children visits the direct children of n.
func (r *reader) children(n ast.Node, at func(child ast.Node) place) {
	ast.Inspect(n, func(child ast.Node) bool {
		if child == n {
			return true
		}
		if child != nil {
			r.visit(child, at(child))
		}
		return false
	})
}

// spans returns the tokens of a unit. Extents without tokens are left out.
func (r *reader) spans(extents []syntax.Extent) []span {
	var list []span
	for _, e := range extents {
		first, end := r.file.Offset(e.Pos), r.file.Offset(e.End)
		from := sort.Search(len(r.text.tokens), func(i int) bool { return r.text.tokens[i].off >= first })
		to := from
		for to < len(r.text.tokens) && r.text.tokens[to].off < end {
			to++
		}
		if from < to {
			list = append(list, span{from, to})
		}
	}
	return list
}

// until returns the index of the first token after a node.
func (r *reader) until(n ast.Node) int {
	end := r.file.Size()
	if int(n.End()) <= r.file.Base()+end {
		end = r.file.Offset(n.End())
	}
	return sort.Search(len(r.text.tokens), func(i int) bool { return r.text.tokens[i].off >= end })
}

// declaredName returns a function's name with the type of its receiver.
func declaredName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.ParenExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.Name + "." + f.Name.Name
		default:
			return "." + f.Name.Name
		}
	}
}
