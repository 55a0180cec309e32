package analyzers_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

func TestLineDirectives(t *testing.T) {
	src := `package p
func f() {
	a() //+
}
//line gen.y:10
func g() {
	a() //+
}
//line ../q/gen.y:20
func h() { a() } //+
//line /usr/share/x.y:30
func i() { /*line :40:1*/ a() } //+
`
	want := []string{
		"3 f stmt before [3]",
		"7 g stmt before [7] p/gen.y:11",
		"10 h func block [10] q/gen.y:20",
		"10 h stmt before [10] q/gen.y:20",
		"12 i func block [12] /usr/share/x.y:30",
		"12 i stmt before [12] /usr/share/x.y:40",
	}
	if diff := cmp.Diff(want, sitesOf(t, point.Patch, src)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

func TestEncodings(t *testing.T) {
	plain := "package p\n\nfunc f() {\n\tcall(`x\n//+\n`) //+\n\tif x { //+\n\t} //goat:ignore\n\t// +goat:insert\n}\n"
	want := sitesOf(t, point.Line, plain)
	for name, src := range map[string]string{
		"carriage returns":    strings.ReplaceAll(plain, "\n", "\r\n"),
		"byte order mark":     "\ufeff" + plain,
		"both":                "\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n"),
		"no newline at end":   strings.TrimSuffix(plain, "\n"),
		"more than ASCII":     strings.Replace(plain, "call(", "ца(\"日本\", ", 1),
		"directives and BOMs": "\ufeff" + strings.Replace(plain, "package p\n\n", "package p\n//go:debug x=y\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, sitesOf(t, point.Line, src)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCgoPreamble(t *testing.T) {
	src := "package p\n\n/*\nint f(void) { //+\n\treturn 1; //+\n}\n*/\nimport \"C\"\n\nfunc f() {\n\tC.f() //+\n}\n"
	if diff := cmp.Diff([]string{"11 f stmt before [11]"}, sitesOf(t, point.Patch, src)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

func TestInputThatDoesNotFit(t *testing.T) {
	in := input(t, "a.go", "package p\nfunc f() { a() } //+\n")
	if got := analyzers.PackageSites("p", "lines", []analyzers.FileInput{in}); len(got) != 1 || len(got[0]) > 0 {
		t.Errorf("unknown granularity: got %v, want one file without points", got)
	}
	in.Src = in.Src[:10]
	if got := analyzers.PackageSites("p", point.Patch, []analyzers.FileInput{in}); len(got) != 1 || len(got[0]) > 0 {
		t.Errorf("other bytes than were parsed: got %v, want one file without points", got)
	}
}

// With everything in a large tree changed, all granularities vouch for the same
// lines, each point's node is of the kind that its anchor needs, and no two
// points have the same stable id.
func TestEverythingChanged(t *testing.T) {
	for _, dir := range []string{"go/types", "net/http", "encoding/json", "runtime", "regexp/syntax"} {
		t.Run(dir, func(t *testing.T) {
			files := parseDir(t, filepath.Join(build.Default.GOROOT, "src", dir))
			var want map[string]map[int]bool
			for _, g := range point.Granularities() {
				sites := analyzers.PackageSites(dir, g, files)
				got := vouched(sites)
				if want == nil {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("lines that %s vouches for (-line +%s):\n%s", g, g, diff)
				}
				checkSites(t, files, sites)
			}
		})
	}
}

func parseDir(t testing.TB, dir string) []analyzers.FileInput {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("listing %s: got %d files, %v", dir, len(names), err)
	}
	var files []analyzers.FileInput
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, analyzers.ParseMode)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, analyzers.FileInput{Fset: fset, File: file, Src: src, Rel: filepath.Base(name), All: true})
	}
	return files
}

func vouched(sites [][]point.Site) map[string]map[int]bool {
	lines := make(map[string]map[int]bool)
	for _, file := range sites {
		for _, s := range file {
			for _, r := range s.Lines {
				for n := r[0]; n <= r[1]; n++ {
					if lines[s.File] == nil {
						lines[s.File] = make(map[int]bool)
					}
					lines[s.File][n] = true
				}
			}
		}
	}
	return lines
}

func checkSites(t *testing.T, files []analyzers.FileInput, sites [][]point.Site) {
	t.Helper()
	ids := make(map[string]point.Point)
	for i, in := range files {
		last := token.NoPos
		for _, s := range sites[i] {
			if !anchorFits(s) {
				t.Errorf("%v: anchor %s at a %T", s.Point, anchors[s.Anchor], s.Node)
			}
			if s.Pos < last || s.Line < 1 || s.EndLine < s.Line {
				t.Errorf("%v: out of order or extent %d-%d", s.Point, s.Line, s.EndLine)
			}
			last = s.Pos
			for _, r := range s.Lines {
				if r[0] < s.Line || r[1] > s.EndLine {
					t.Errorf("%s: vouches for %v outside %d-%d", in.Rel, r, s.Line, s.EndLine)
				}
			}
			if other, taken := ids[s.StableID]; taken {
				t.Errorf("%v: has the stable id of %v", s.Point, other)
			}
			ids[s.StableID] = s.Point
		}
	}
}

func anchorFits(s point.Site) bool {
	switch n := s.Node.(type) {
	case *ast.LabeledStmt, *ast.EmptyStmt, *ast.DeclStmt:
		d, ok := n.(*ast.DeclStmt)
		return ok && s.Anchor == point.Before && d.Decl.(*ast.GenDecl).Tok == token.VAR
	case *ast.BlockStmt:
		return s.Anchor == point.BlockStart || (s.Anchor == point.BlockEnd || s.Anchor == point.Before) && s.Kind == point.KindManual
	case *ast.CaseClause, *ast.CommClause:
		return s.Anchor == point.ClauseStart || s.Anchor == point.BlockEnd && s.Kind == point.KindManual
	case *ast.IfStmt:
		return s.Anchor == point.Before || s.Anchor == point.ElseIf || s.Anchor == point.ImplicitElse && n.Else == nil
	case *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return s.Anchor == point.Before || s.Anchor == point.NewDefault
	case ast.Stmt:
		return s.Anchor == point.Before
	}
	return false
}
