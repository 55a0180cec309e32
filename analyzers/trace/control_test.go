package trace_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	analyzer "github.com/goat-trace/goat/analyzers/trace"
	"github.com/goat-trace/goat/internal/trace"
)

// table returns the table of a package of one file.
func table(t *testing.T, src string) *trace.Table {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("parsing: %v\n%s", err, src)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Scopes: map[ast.Node]*types.Scope{},
	}
	conf := types.Config{Importer: importer.Default(), Error: func(error) {}}
	pkg, _ := conf.Check("example.com/p", fset, []*ast.File{file}, info) // unused variables and labels do not matter
	r := analyzer.Package(analyzer.Input{
		Path: "example.com/p", Module: "example.com/p", Fset: fset, Files: []analyzer.File{{Syntax: file, Name: "p.go"}}, Info: info, Pkg: pkg,
		Sizes: types.SizesFor("gc", "amd64"), Wanted: func(*ast.FuncDecl, token.Pos) bool { return true },
		Redacts: func(name string) bool { return strings.Contains(strings.ToLower(name), "token") },
	})
	return r.Table
}

// named returns "line kind" of the locations that each location depends on.
func named(fn trace.Function) map[string][]string {
	name := func(i int) string {
		l := fn.Locations[i]
		return fmt.Sprintf("%d %s", l.Line, l.Kind)
	}
	m := make(map[string][]string)
	for i, l := range fn.Locations {
		for _, c := range l.Controls {
			m[name(i)] = append(m[name(i)], name(c))
		}
	}
	return m
}

func TestControls(t *testing.T) {
	for _, test := range []struct {
		name, body string // the first statement is on line 3
		want       map[string][]string
	}{
		{"if", "if a {\nx++\n} else {\nx--\n}\nx = 3", map[string][]string{"4 stmt": {"3 if"}, "6 stmt": {"3 if"}}},
		{"return in an if", "if a {\nreturn\n}\nx++", map[string][]string{"4 return": {"3 if"}, "6 stmt": {"3 if"}}},
		{"for", "for i := 0; i < x; i++ {\nx--\n}\nx = 1", map[string][]string{"3 round": {"3 for", "3 round"}, "4 stmt": {"3 for", "3 round"}}},
		{"break", "for {\nif a {\nbreak\n}\nx++\n}\nx = 2", map[string][]string{
			"3 round": {"3 for", "3 round"}, "4 if": {"3 for", "3 round"}, "5 stmt": {"4 if"}, "7 stmt": {"4 if"}, "9 stmt": {"4 if"},
		}},
		{"continue", "for range x {\nif a {\ncontinue\n}\nx++\n}", map[string][]string{
			"3 round": {"3 range", "3 round"}, "4 if": {"3 range", "3 round"}, "5 stmt": {"4 if"}, "7 stmt": {"4 if"},
		}},
		{"switch", "switch x {\ncase 1:\nx = 5\nfallthrough\ncase 2:\nx = 6\n}\nx = 7", map[string][]string{
			"4 case": {"3 switch"}, "5 stmt": {"3 switch"}, "6 stmt": {"3 switch"}, "7 case": {"3 switch"}, "8 stmt": {"3 switch"},
		}},
		{"panic", "if a {\npanic(1)\n}\nx++", map[string][]string{"4 stmt": {"3 if"}, "6 stmt": {"3 if"}}},
		{"goto", "again:\nx++\nif a {\ngoto again\n}", map[string][]string{"4 stmt": {"5 if"}, "5 if": {"5 if"}, "6 stmt": {"5 if"}}},
		{"labels", "outer:\nfor a {\nfor a {\nbreak outer\n}\n}\nx = 1", map[string][]string{
			"4 round": {"4 for", "4 round"}, "5 for": {"4 for", "4 round"}, "5 round": {"5 for", "5 round"}, "6 stmt": {"5 for", "5 round"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := named(table(t, "package p\nfunc f(a bool, x int) {\n"+test.body+"\n}\n").Functions[0])
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("controls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDependences compares with the definition, on random graphs: b depends on a if
// b is on all ways to the end from one side of a, and not on all ways from a
// itself, other than at its start.
func TestDependences(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		n := 2 + r.IntN(12)
		successors := make([][]int, n)
		for i := range n - 1 {
			seen := map[int]bool{}
			for range 1 + r.IntN(3) {
				to := r.IntN(n)
				if !seen[to] {
					seen[to] = true
					successors[i] = append(successors[i], to)
				}
			}
			if !seen[i+1] && r.IntN(3) > 0 || len(successors[i]) == 1 && successors[i][0] == i {
				successors[i] = append(successors[i], i+1)
			}
		}
		end := n - 1
		for i := range end {
			if !analyzer.ReachesWithout(successors, i, end, -1) {
				successors[i] = append(successors[i], end)
			}
		}
		got := analyzer.Dependences(successors, end)
		onAllWays := func(b, from int) bool { return from == b || !analyzer.ReachesWithout(successors, from, end, b) }
		for b := range n {
			for a := range n {
				want := false
				if len(successors[a]) > 1 {
					strictly := a != b && onAllWays(b, a)
					for _, side := range successors[a] {
						want = want || onAllWays(b, side) && !strictly
					}
				}
				has := false
				for _, on := range got[b] {
					has = has || on == a
				}
				if has != want {
					t.Fatalf("round %d: does %d depend on %d: got %v, want %v; graph %v", round, b, a, has, want, successors)
				}
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	const src = `package p
type inner struct{ a, b int64 }
type box struct{ n int32; in inner; list []int32 }
func f(p *box, s box, l []inner, m map[string]int, i int, k string) {
	p.in.b = 1
	s.in.a = p.in.b
	l[i].b = 2
	l[3].a = 2
	m[k] = 4
	m["x"] = m[k]
	g := func() { i++ }
	*p = s
	g()
}
`
	fn := table(t, src).Functions[0]
	numbers := map[string]int{}
	for i, v := range fn.Variables {
		numbers[v.Name] = i
	}
	for name, want := range map[string]*trace.Place{
		"p.in.b": {Base: numbers["p"], Through: true, Path: ".in.b", Offset: 16},
		"s.in.a": {Base: numbers["s"], Path: ".in.a"},
		"l[i].b": {Base: numbers["l"], Through: true, Path: "[].b", Index: 1 + numbers["i"], Offset: 8, Stride: 16},
		"l[3].a": {Base: numbers["l"], Through: true, Path: "[3].a", Offset: 48},
		"m[k]":   {Base: numbers["m"], Through: true, Map: true, Index: 1 + numbers["k"]},
		`m["x"]`: {Base: numbers["m"], Through: true, Map: true, Path: `"x"`},
		"*p":     {Base: numbers["p"], Through: true},
	} {
		n, ok := numbers[name]
		if !ok {
			t.Errorf("there is no variable %s among %v", name, numbers)
			continue
		}
		if diff := cmp.Diff(want, fn.Variables[n].Place); diff != "" {
			t.Errorf("place of %s (-want +got):\n%s", name, diff)
		}
	}
	for name, want := range map[string]bool{"i": true, "p": false, "l": false, "k": false} {
		if got := fn.Variables[numbers[name]].Shared; got != want {
			t.Errorf("is %s shared: got %v, want %v", name, got, want)
		}
	}
}
