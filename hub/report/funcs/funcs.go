package funcs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/syntax"
)

// File is a parsed file. It is immutable and safe for concurrent use.
type File struct {
	// Funcs are the declarations of functions that have a body, in order.
	Funcs []Func

	text []byte
	file *token.File
	ast  *ast.File
}

// Func is the declaration of a function.
type Func struct {
	Name string // without receiver
	Recv string // the receiver's type without its parameters, such as "*Ledger"; "" for no method
	// Start and End are where it begins and ends, exclusive, as cover notes them.
	Start, End Pos
	// Line and EndLine are the first and the last line in the text, 1-based.
	Line, EndLine int
}

// FullName is the function's name with its receiver, as Go prints it:
// "(*Ledger).Refund", "Ledger.Total", "main".
func (f *Func) FullName() string {
	switch {
	case f.Recv == "":
		return f.Name
	case strings.HasPrefix(f.Recv, "*"):
		return "(" + f.Recv + ")." + f.Name
	}
	return f.Recv + "." + f.Name
}

// Pos is a position as cover notes it: line 1-based, column in bytes, 1-based, or 0
// after a //line directive without a column.
type Pos struct {
	Line, Col uint32
}

// Parse parses the text of a Go file. The text must not change afterwards.
func Parse(text []byte) (*File, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parsing the source: %w", err)
	}
	f := &File{text: text, file: fset.File(parsed.FileStart), ast: parsed}
	for _, d := range parsed.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
			f.Funcs = append(f.Funcs, Func{Name: d.Name.Name, Recv: receiver(d),
				Start: f.pos(d.Pos()), End: f.pos(d.End()), Line: f.line(d.Pos()), EndLine: f.line(d.End())})
		}
	}
	return f, nil
}

// receiver returns the type of a method's receiver without type parameters.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	star, t := "", d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
		case *ast.StarExpr:
			star, t = "*", x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return star + x.Name
		default:
			return "" // does not compile
		}
	}
}

// pos is a position as cover notes it.
func (f *File) pos(p token.Pos) Pos {
	at := f.file.PositionFor(p, true)
	return Pos{uint32(at.Line), uint32(at.Column)}
}

// line is a line of the text.
func (f *File) line(p token.Pos) int { return f.file.PositionFor(p, false).Line }

// Statement is one that can run. A case of a switch or select counts as one,
// which runs when its body does.
type Statement struct {
	Line int // on which it starts in the text
	At   Pos // lies in the block whose counter counts it
}

// Statements returns the statements of the file in the order of their lines.
// Declarations of types and constants, labels, and braces alone are none.
func (f *File) Statements() []Statement {
	list := f.statements(f.ast)
	slices.SortStableFunc(list, func(a, b Statement) int { return a.Line - b.Line })
	return list
}

func (f *File) statements(root ast.Node) []Statement {
	found := syntax.Statements(root)
	list := make([]Statement, len(found))
	for i, s := range found {
		at := s.Node.Pos()
		switch clause := s.Node.(type) {
		case *ast.CaseClause:
			at = clause.Colon + 1
		case *ast.CommClause:
			at = clause.Colon + 1
		}
		list[i] = Statement{Line: f.line(s.Node.Pos()), At: f.pos(at)}
	}
	return list
}
