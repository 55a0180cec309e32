package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers/point"
)

// everySite puts a hit wherever an anchor allows one.
func everySite(file *ast.File) []Hit {
	var hits []Hit
	add := func(a point.Anchor, n ast.Node) {
		hits = append(hits, Hit{Site: point.Site{Anchor: a, Node: n}, Code: fmt.Sprintf("hit(%d)", len(hits))})
	}
	before := func(list []ast.Stmt) {
		for _, s := range list {
			for {
				l, ok := s.(*ast.LabeledStmt)
				if !ok {
					break
				}
				s = l.Stmt
			}
			if _, empty := s.(*ast.EmptyStmt); !empty {
				add(point.Before, s)
			}
		}
	}
	bodies := make(map[*ast.BlockStmt]bool) // of switches and selects, which hold clauses only
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			bodies[n.Body] = true
		case *ast.BlockStmt:
			if bodies[n] {
				return true
			}
			add(point.BlockStart, n)
			before(n.List)
			add(point.BlockEnd, n)
		case *ast.CaseClause:
			add(point.ClauseStart, n)
			before(n.Body)
			add(point.BlockEnd, n)
		case *ast.CommClause:
			add(point.ClauseStart, n)
			before(n.Body)
			add(point.BlockEnd, n)
		case *ast.IfStmt:
			if n.Else == nil {
				add(point.ImplicitElse, n)
			}
			if inner, ok := n.Else.(*ast.IfStmt); ok {
				add(point.ElseIf, inner)
			}
		case *ast.SwitchStmt:
			bodies[n.Body] = true
			if len(n.Body.List) > 0 && !hasDefault(n.Body) {
				add(point.NewDefault, n)
			}
		case *ast.TypeSwitchStmt:
			bodies[n.Body] = true
			if len(n.Body.List) > 0 && !hasDefault(n.Body) {
				add(point.NewDefault, n)
			}
		}
		return true
	})
	return hits
}

func hasDefault(body *ast.BlockStmt) bool {
	for _, c := range body.List {
		if c, ok := c.(*ast.CaseClause); ok && c.List == nil {
			return true
		}
	}
	return false
}

// rewriteAll parses src as name, puts a hit everywhere and returns the text.
func rewriteAll(t *testing.T, name string, src []byte) []byte {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Insert(UserFile(name, src, fset, file), everySite(file))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRewrite(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{
			"one-line function", "package p\nfunc f() int { return 1 }\n",
			"//line /f.go:1:1\npackage p\nfunc f() int {hit(0);/*line :2:15*/ hit(1);/*line :2:16*/return 1 }\n",
		},
		{
			"else if", "package p\nfunc f() {\n\tif a {\n\t} else if b {\n\t}\n}\n",
			"//line /f.go:1:1\npackage p\nfunc f() {hit(0);\n\thit(1);/*line :3:2*/if a {hit(4);hit(5);\n\t} else {hit(3);/*line :4:9*/if b {hit(7);hit(8);\n\t} else{hit(6)}};hit(2)\n}\n",
		},
		{
			"labels", "package p\nfunc f() {\nL:\n\tx()\nM:\n\tfor {\n\t\tbreak M\n\t}\nN:\n\tfor {\n\t\tgoto N\n\t\tcontinue N\n\t}\n}\n",
			"//line /f.go:1:1\npackage p\nfunc f() {hit(0);\nL:\n\thit(1);/*line :4:2*/x()\nhit(2);/*line :5:1*/M:\n\tfor {hit(5);\n\t\thit(6);/*line :7:3*/break M\n\t}\ngoat_N:hit(3);/*line :9:1*/N:\n\tfor {hit(8);\n\t\thit(9);/*line :11:3*/goto goat_N\n\t\thit(10);/*line :12:3*/continue N\n\t}\n}\n",
		},
		{
			"empty clause and new default", "package p\nfunc f() {\n\tswitch x {\n\tcase 1:\n\t}\n}\n",
			"//line /f.go:1:1\npackage p\nfunc f() {hit(0);\n\thit(1);/*line :3:2*/switch x {\n\tcase 1:hit(4);hit(5);\n\t;default:hit(3);/*line :5:2*/};hit(2)\n}\n",
		},
		{
			"byte order mark", "\ufeffpackage p\nfunc f() {}\n",
			"//line /f.go:1:4\npackage p\nfunc f() {hit(0);hit(1);/*line :2:11*/}\n",
		},
		{
			"line directive without columns", "package p\n//line x.y:10\nfunc f() {}\n",
			"//line /f.go:1:1\npackage p\n//line x.y:10\nfunc f() {hit(0);hit(1);/*line x.y:10*/}\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(rewriteAll(t, "/f.go", []byte(tt.in)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRewriteKeepsTokensAndPositions rewrites real files with a hit at every
// anchor. Without the inserted text, the same tokens must be at the same
// positions.
func TestRewriteKeepsTokensAndPositions(t *testing.T) {
	dirs := []string{"go/parser", "go/types", "net/http", "encoding/json", "cmd/compile/internal/syntax/testdata", "runtime"}
	n := 0
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range files {
			if i%4 != 0 && !strings.Contains(dir, "testdata") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), "", src, 0); err != nil {
				continue
			}
			n++
			checkRewrite(t, file, src)
		}
	}
	if n < 50 {
		t.Errorf("got %d files in GOROOT, want at least 50", n)
	}
}

func checkRewrite(t *testing.T, name string, src []byte) {
	t.Helper()
	out := rewriteAll(t, name, src)
	fset := token.NewFileSet()
	if _, err := parser.ParseFile(fset, name, out, parser.SkipObjectResolution); err != nil {
		t.Errorf("%s: the rewritten file does not parse: %v", name, err)
		return
	}
	prefix := freeLabelPrefix(src)
	want, got := tokensOf(name, src, ""), tokensOf(name, out, prefix)
	i := 0
	for _, g := range got {
		if i < len(want) && g == want[i] {
			i++
		}
	}
	if i != len(want) {
		t.Errorf("%s: token %v is not in the rewritten file", name, want[i])
	}
}

// located is a token and its position after directives.
type located struct {
	tok token.Token
	lit string
	pos string
}

func tokensOf(name string, src []byte, labelPrefix string) []located {
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	var all []located
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return all
		}
		if tok == token.SEMICOLON {
			continue // automatic semicolons move when text follows them
		}
		p := fset.Position(pos)
		lit = strings.TrimPrefix(lit, labelPrefix)
		all = append(all, located{tok, lit, fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column)})
	}
}

// TestRewrittenTypeChecks type-checks programs with every construct and a hit
// at every anchor.
func TestRewrittenTypeChecks(t *testing.T) {
	src, err := os.ReadFile("testdata/constructs.go")
	if err != nil {
		t.Fatal(err)
	}
	out := rewriteAll(t, "/constructs.go", src)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", append(out, "\nfunc hit(int) {}\n"...), 0)
	if err != nil {
		t.Fatalf("parsing: %v\n%s", err, out)
	}
	conf := types.Config{GoVersion: "go1.26"}
	if _, err := conf.Check("p", fset, []*ast.File{file}, nil); err != nil {
		t.Errorf("checking: %v\n%s", err, out)
	}
}

func TestPositionsDirective(t *testing.T) {
	src := []byte("package p\n\n/*line a.y:7:3*/var x int\n//line :20\nvar y int\n//line b.y:5:1\nvar z int\n")
	p := newPositions(src)
	var got []string
	for _, name := range []string{"package", "x int", "y int", "z int"} {
		got = append(got, p.directive(bytes.Index(src, []byte(name))))
	}
	want := []string{"/*line :1:1*/", "/*line :7:7*/", "/*line :20*/", "/*line :5:5*/"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("directives (-want +got):\n%s", diff)
	}
}

func FuzzRewrite(f *testing.F) {
	src, err := os.ReadFile("testdata/constructs.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte("package p\nfunc f() { if a {} else if b {} else {} }"))
	f.Add([]byte("package p\nfunc f() { switch x := y.(type) { case int: ; default: } }\r\n"))
	f.Add([]byte("\ufeffpackage p\nfunc f() { L: for { goto L; continue L } }"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if _, err := parser.ParseFile(token.NewFileSet(), "", src, 0); err != nil {
			t.Skip() // only files that parse reach the rewriter
		}
		checkRewrite(t, "/f.go", src)
	})
}
