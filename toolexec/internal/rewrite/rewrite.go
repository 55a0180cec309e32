package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/syntax"
)

// Hit is a statement that counts, and the place for it.
type Hit struct {
	Site point.Site
	Code string // without a semicolon
	// MoveColumns says that the columns after the hit may move to the end of its
	// line. Columns show only in what the compiler says about a package. Panics,
	// profiles and debug information have lines alone, and a second compile, of the
	// user's own files, reports the user's errors.
	MoveColumns bool
}

// Insert returns the file's text with the hits in it. No line moves, and each byte
// of the user's keeps the position that the compiler gave it, except for columns
// after hits that let them move.
func Insert(f File, hits []Hit) ([]byte, error) { return InsertAll(f, hits, nil) }

// InsertAll is Insert with additional edits. At the same place hits come first.
func InsertAll(f File, hits []Hit, edits []Edit) ([]byte, error) {
	e := &editor{file: f, labels: labelsOf(f.syntax), elseIfs: elseIfsOf(f.syntax), labelPrefix: freeLabelPrefix(f.src)}
	for _, h := range hits {
		if err := e.insert(h); err != nil {
			return nil, fmt.Errorf("inserting the point at %s:%d: %w", h.Site.File, h.Site.Line, err)
		}
	}
	e.moveColumns, e.editing = false, true
	for _, ed := range edits {
		if err := e.edit(ed); err != nil {
			return nil, fmt.Errorf("inserting at %s: %w", f.fset.Position(ed.Node.Pos()), err)
		}
	}
	return e.apply(), nil
}

// editor collects insertions.
type editor struct {
	file    File
	labels  map[ast.Stmt]label  // by the labelled statement
	elseIfs map[ast.Stmt]bool   // ifs that are directly in an else
	wrapped map[ast.Stmt]bool   // those that got a block
	renamed map[*ast.Ident]bool // labels that got a second label before them
	inserts []insertion
	elses   map[ast.Node]int // where in inserts a missing else is
	// labelPrefix begins the name of the label that a bound label's gotos are
	// changed to.
	labelPrefix string
	// moveColumns is that of the hit that is being inserted.
	moveColumns bool
	// editing says that an edit is being inserted, and not a hit.
	editing bool
	copies  []bodyCopy
}

// freeLabelPrefix returns a prefix that no label of the file has.
func freeLabelPrefix(src []byte) string {
	prefix := "goat_"
	for bytes.Contains(src, []byte(prefix)) {
		prefix += "_"
	}
	return prefix
}

// The order of insertions at the same offset: the end of an inner statement
// comes before the end of blocks around it, and the start of a block comes
// before what is in it.
const (
	orderBehind = iota // what belongs to an expression that ends there
	orderElse          // else{…} after an if
	orderClose         // } of a block around an else-if
	orderEnd           // a hit after the last statement of a block
	orderOpen          // { of a block around an else-if
	orderHit
	orderFront // what belongs to an expression or statement that begins there
)

func (e *editor) add(pos token.Pos, order int, text string) {
	e.inserts = append(e.inserts, insertion{offset: e.offset(pos), order: order, text: text, moveColumns: e.moveColumns, edit: e.editing})
}

func (e *editor) offset(pos token.Pos) int { return e.file.fset.File(pos).Offset(pos) }

func (e *editor) insert(h Hit) error {
	e.moveColumns = h.MoveColumns
	node := e.file.node(h.Site.Node)
	if node == nil {
		return fmt.Errorf("its statement is not in the file that the compiler reads")
	}
	last := func() ast.Node {
		list := withoutEmpty(statementList(h.Site.Node))
		if syntax.Terminates(statementList(h.Site.Node)) || len(list) == 0 {
			return nil
		}
		return e.file.node(list[len(list)-1])
	}
	if h.Site.Anchor == point.BlockEnd {
		e.blockEnd(node, syntax.Terminates(statementList(h.Site.Node)), last(), h.Code)
		return nil
	}
	return e.anchored(h.Site.Anchor, node, h.Code)
}

// edit inserts one edit.
func (e *editor) edit(ed Edit) error {
	switch ed.Where {
	case Copied:
		body := ed.Node.(*ast.BlockStmt)
		e.copies = append(e.copies, bodyCopy{from: e.offset(body.Lbrace) + 1, to: e.offset(body.Rbrace), head: ed.Code, tail: ed.Tail})
		return nil
	case After:
		e.add(ed.Node.End(), orderEnd, ";"+ed.Code)
		return nil
	case Front, Behind:
		order := orderFront
		if ed.Where == Behind {
			order = orderBehind
		}
		e.inserts = append(e.inserts, insertion{offset: e.offset(ed.Pos), order: order, text: ed.Code, drop: ed.Drop, edit: true})
		return nil
	}
	if ed.Anchor == point.BlockEnd {
		list := statementList(ed.Node)
		var last ast.Node
		if own := withoutEmpty(list); len(own) > 0 {
			last = own[len(own)-1]
		}
		e.blockEnd(ed.Node, syntax.Terminates(list), last, ed.Code)
		return nil
	}
	return e.anchored(ed.Anchor, ed.Node, ed.Code)
}

// anchored inserts code at an anchor other than a block's end. Node is one of the
// file's.
func (e *editor) anchored(a point.Anchor, node ast.Node, code string) error {
	switch a {
	case point.Before:
		return e.before(node, code)
	case point.ElseIf:
		e.elseIf(node.(*ast.IfStmt), code)
	case point.BlockStart:
		e.add(node.(*ast.BlockStmt).Lbrace+1, orderHit, code+";")
	case point.ClauseStart:
		e.add(clauseColon(node)+1, orderHit, code+";")
	case point.ImplicitElse:
		e.implicitElse(node, code)
	case point.NewDefault:
		if body := switchBody(node); !fallsThrough(body) {
			e.add(body.Rbrace, orderHit, ";default:"+code+";")
		}
	default:
		return fmt.Errorf("unknown anchor %d", a)
	}
	return nil
}

// implicitElse puts code into the else that an if does not have.
func (e *editor) implicitElse(node ast.Node, code string) {
	if i, ok := e.elses[node]; ok {
		in := &e.inserts[i]
		if e.editing && !in.edit {
			in.edit, in.hits = true, in.text
		}
		in.text = strings.TrimSuffix(in.text, "}") + ";" + code + "}"
		in.moveColumns = in.moveColumns && e.moveColumns
		return
	}
	if e.elses == nil {
		e.elses = make(map[ast.Node]int)
	}
	e.elses[node] = len(e.inserts)
	e.add(node.End(), orderElse, " else{"+code+"}")
}

// before puts the hit before a statement of a block. If the statement has a
// label, the hit goes between label and statement, so that a goto counts too.
// Only a loop, switch or select whose label a break or continue names must keep
// it.
func (e *editor) before(node ast.Node, code string) error {
	stmt, ok := node.(ast.Stmt)
	if !ok {
		return fmt.Errorf("%T is no statement", node)
	}
	if e.elseIfs[stmt] {
		e.elseIf(stmt.(*ast.IfStmt), code)
		return nil
	}
	l, labelled := e.labels[stmt]
	if !labelled || !l.bound {
		e.add(stmt.Pos(), orderHit, code+";")
		return nil
	}
	pos := l.stmt.Pos()
	if len(l.gotos) > 0 {
		e.secondLabel(l)
		code = e.labelPrefix + l.stmt.Label.Name + ":" + code
	}
	e.add(pos, orderHit, code+";")
	return nil
}

// secondLabel makes the gotos of a bound label jump to a label before the hit.
func (e *editor) secondLabel(l label) {
	if e.renamed[l.stmt.Label] {
		return
	}
	if e.renamed == nil {
		e.renamed = make(map[*ast.Ident]bool)
	}
	e.renamed[l.stmt.Label] = true
	for _, g := range l.gotos {
		e.add(g.Label.Pos(), orderHit, e.labelPrefix)
	}
}

// elseIf turns "else if" into an else block that holds the hit and the if.
func (e *editor) elseIf(stmt *ast.IfStmt, code string) {
	if !e.elseIfs[stmt] { // cover has already made the block
		e.add(stmt.Pos(), orderHit, code+";")
		return
	}
	if e.wrapped == nil {
		e.wrapped = make(map[ast.Stmt]bool)
	}
	if !e.wrapped[stmt] {
		e.wrapped[stmt] = true
		e.add(stmt.Pos(), orderOpen, "{")
		e.add(stmt.End(), orderClose, "}")
	}
	e.add(stmt.Pos(), orderHit, code+";")
}

// blockEnd puts code after the last statement of a block. Where that one never ends
// nothing is inserted, and the code never runs.
func (e *editor) blockEnd(node ast.Node, terminates bool, last ast.Node, code string) {
	if terminates {
		return
	}
	if last != nil {
		e.add(last.End(), orderEnd, ";"+code)
		return
	}
	if block, ok := node.(*ast.BlockStmt); ok {
		e.add(block.Lbrace+1, orderHit, code+";")
		return
	}
	e.add(clauseColon(node)+1, orderHit, code+";")
}

// withoutEmpty takes a lone semicolon off the end of a list: it is the separator from
// what follows.
func withoutEmpty(list []ast.Stmt) []ast.Stmt {
	for len(list) > 0 && isEmpty(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	return list
}

// apply returns the new text.
func (e *editor) apply() []byte {
	src := e.file.src
	sort.SliceStable(e.inserts, func(i, j int) bool {
		a, b := e.inserts[i], e.inserts[j]
		if a.offset != b.offset {
			return a.offset < b.offset
		}
		return a.order < b.order
	})
	w := writer{src: src, pos: newPositions(src), labelPrefix: e.labelPrefix}
	w.out.Grow(len(src) + 64*len(e.inserts))
	last := e.writeHead(&w.out)
	rest := e.inserts
	for _, c := range sortedCopies(e.copies) {
		before, inside, after := c.split(rest)
		w.write(last, c.from, before)
		w.writeCopy(c, inside)
		last, rest = c.to, after
	}
	w.write(last, len(src), rest)
	return w.out.Bytes()
}

// writeHead writes a directive that names the user's file, so that the
// rewritten file's path is never seen. It returns how many bytes of the text it
// replaces, because a byte order mark is only allowed at the very start of a
// file.
func (e *editor) writeHead(out *bytes.Buffer) int {
	if e.file.headed {
		return 0
	}
	if bytes.HasPrefix(e.file.src, []byte("\ufeff")) {
		fmt.Fprintf(out, "//line %s:1:4\n", e.file.path)
		return 3
	}
	fmt.Fprintf(out, "//line %s:1:1\n", e.file.path)
	return 0
}
