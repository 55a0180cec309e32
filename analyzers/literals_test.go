package analyzers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

func TestLiterals(t *testing.T) {
	// %s is replaced by a literal. The second line of the literal is changed.
	for name, src := range map[string]string{
		"return":             "return %s",
		"argument":           "call(1, %s, 2)",
		"call of it":         "%s()",
		"defer":              "defer %s()",
		"go":                 "go %s()",
		"assignment":         "x := %s",
		"var":                "var x = %s",
		"composite literal":  "x := T{a: []any{%s}}",
		"map key":            "x := m{%s: 1}",
		"if header":          "if x := %s; x() {}",
		"if condition":       "if %s() {}",
		"else if condition":  "if x {} else if %s() {}",
		"for init":           "for x := %s; ; {}",
		"for condition":      "for ; %s(); {}",
		"for post":           "for ; ; %s() {}",
		"range":              "for range %s() {}",
		"range key":          "for a[%s()] = range x {}",
		"switch init":        "switch x := %s; x() {}",
		"switch tag":         "switch %s() {}",
		"case":               "switch { case %s(): }",
		"type switch init":   "switch x := %s; y.(type) {}",
		"type switch guard":  "switch x := y(%s).(type) {}",
		"comm clause":        "select { case %s() <- 1: }",
		"send":               "ch <- %s",
		"increment":          "a[%s()]++",
		"index":              "x = a[%s()]",
		"behind a label":     "l: call(%s)",
		"in a bare block":    "{ call(%s) }",
		"conversion":         "x = T(%s)",
		"selector":           "x = S{%s}.f",
		"generic call":       "g[int](%s)",
		"parentheses":        "(%s)()",
		"pointer to literal": "x = &T{%s}",
	} {
		t.Run(name, func(t *testing.T) {
			src := "package p\nfunc f() {\n" + fmt.Sprintf(src, "func() {\na() //+\n}") + "\n}\n"
			want := []string{"4 f.func1 stmt before [4]"}
			if diff := cmp.Diff(want, sitesOf(t, point.Patch, src)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
			want = []string{"3-5 f.func1 func block [4]"}
			if diff := cmp.Diff(want, sitesOf(t, point.Func, src)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLiteralsAndTheStatementAround(t *testing.T) {
	runCases(t, []pointCase{
		{"the text around a literal is the statement's", `
func f() {
	call(func() {
		a()
	}, 1) //+
	func() {
		b()
	}() //+
}`, map[point.Granularity]string{
			point.Line: `
				3-5 f stmt before [5]
				6-8 f stmt before [8]`,
			point.Func: `2-9 f func block [5 8]`,
		}},
		{"on one line", `
var x = func() int { return 1 } //+
func f() func() { return func() { a() } } //+
`, map[point.Granularity]string{
			point.Line: `
				2 init.func1 func block [2]
				2 init.func1 stmt before [2]
				3 f func block [3]
				3 f stmt before [3]
				3 f.func1 func block [3]
				3 f.func1 stmt before [3]`,
		}},
		{"a package-level variable is no statement", `
var x = call( //+
	1) //+
`, map[point.Granularity]string{point.Line: ``}},
	})
}

// The names are those that runtime.Caller reports for this program with Go
// 1.26.
func TestNames(t *testing.T) {
	src := `package p
type T struct{}
func (T) M() { func() { func() { a() }(); defer func() { a() }() }(); func() { a() }() } //+
func (*T) P() { a() } //+
func (t *(T)) Q() { a() } //+
func (G[K]) M() { func() { a() }() } //+
func (*G[K]) P() { a() } //+
func (x *G2[_, V]) P() { a() } //+
func Gen[X any](x X) { func() { func() { a() }() }() } //+
var v = func() int { func() { a() }(); return 1 }() //+
var w = []func(){func() { a() }, func() { a() }} //+
func init() { func() { a() }() } //+
func init() { a() } //+
func goat() { for range seq { func() { a() }(); for range seq { func() { a() }() } }; func() { a() }() } //+
`
	want := []string{
		"T.M", "T.M.func1", "T.M.func1.1", "T.M.func1.2", "T.M.func2",
		"(*T).P", "(*T).Q", "G[...].M", "G[...].M.func1", "(*G[...]).P", "(*G2[...]).P",
		"Gen[...]", "Gen[...].func1", "Gen[...].func1.1",
		"init.func1", "init.func1.1", "init.func2", "init.func3",
		"init.0", "init.0.func1", "init.1",
		"goat", "goat.func1", "goat.func2", "goat.func3",
	}
	var got []string
	for _, s := range sitesOf(t, point.Func, src) {
		got = append(got, strings.Fields(s)[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestNamesAreNumberedThroughThePackage(t *testing.T) {
	files := []analyzers.FileInput{
		input(t, "a.go", "package p\nvar x = func() {}\nfunc init() {}\n"),
		input(t, "a_test.go", "package p\nvar y = func() { a() } //+\nfunc init() { a() } //+\n"),
		input(t, "b.go", "package p\nvar z = func() { a() } //+\nfunc init() { a() } //+\n"),
	}
	var got []string
	for _, sites := range analyzers.PackageSites("p", point.Func, files) {
		for _, s := range sites {
			got = append(got, s.File+" "+s.Func)
		}
	}
	want := []string{"a_test.go init.func3", "a_test.go init.2", "b.go init.func2", "b.go init.1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
