package compare

import (
	"fmt"
	"go/format"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// compared compares two texts, with hunks from a diff of their lines.
func compared(old, new string) *File {
	return Compare([]byte(old), []byte(new), lineHunks(SplitLines([]byte(old)), SplitLines([]byte(new))))
}

// body puts statements into a function, the first one on line 4.
func body(statements ...string) string {
	return "package p\n\nfunc f() {\n" + strings.Join(statements, "\n") + "\n}\n"
}

func TestEffectiveLines(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     string
	}{
		{"same", body("a()"), body("a()"), "[]"},
		{"inserted statement", body("a()"), body("a()", "b()"), "[[5 5]]"},
		{"inserted in front", body("b()"), body("a()", "b()"), "[[4 4]]"},
		{"two runs", body("a()", "b()", "c()"), body("a(1)", "b()", "c(1)"), "[[4 4] [6 6]]"},
		{"new file", "", body("a()"), "[[3 4]]"},
		{"comment added", body("a()"), body("// why", "a() // how", "/* then */"), "[]"},
		{"comment deleted", body("// why", "a() // how"), body("a()"), "[]"},
		{"blank lines", body("a()", "b()"), body("", "a()", "", "", "b()"), "[]"},
		{"CRLF", body("a()", "b()"), strings.ReplaceAll(body("a()", "b()"), "\n", "\r\n"), "[]"},
		{"CRLF and a change", body("a()", "b()"), strings.ReplaceAll(body("a()", "b(1)"), "\n", "\r\n"), "[[5 5]]"},
		{"CRLF in a raw string", body("a(`x", "y`)"), strings.ReplaceAll(body("a(`x", "y`)"), "\n", "\r\n"), "[]"},
		{"BOM added", body("a()"), "\ufeff" + body("a()"), "[]"},
		{"BOM dropped", "\ufeff" + body("a()"), body("a()"), "[]"},
		{"no newline at the end", body("a()"), strings.TrimSuffix(body("a()"), "\n"), "[]"},
		{"no newline before", strings.TrimSuffix(body("a()"), "\n"), body("a()"), "[]"},
		{"block opened up", "package p\n\nfunc f() { a(); b() }\n", body("a()", "b()"), "[]"},
		{"call broken", body("a(1, 2)"), body("a(", "1,", "2,", ")"), "[]"},
		{"call joined", body("a(", "1,", "2,", ")"), body("a(1, 2)"), "[]"},
		{"composite literal broken", body("x := []int{1, 2}"), body("x := []int{", "1,", "2,", "}"), "[]"},
		{"element appended", body("x := []int{", "1,", "}"), body("x := []int{", "1,", "2,", "}"), "[[6 6]]"},
		{"element appended on the line", body("x := []int{1}"), body("x := []int{1, 2}"), "[[4 4]]"},
		{"wrapped in a branch", body("a()", "b()"), body("if x {", "\ta()", "\tb()", "}"), "[[4 4]]"},
		{"number in other letters", body("a(0XFF, 1E3)"), body("a(0xff, 1e3)"), "[]"},
		{"value dropped from a return", body("return x"), body("return"), "[[4 4]]"},
		{"argument line dropped", body("a(", "1,", "2,", ")"), body("a(", "1,", ")"), "[[5 5]]"},
		{"first argument line dropped", body("a(", "1,", "2,", ")"), body("a(", "2,", ")"), "[[4 4]]"},
		{"go dropped", body("go a()"), body("a()"), "[[4 4]]"},
		{"defer dropped", body("b()", "defer a()"), body("b()", "a()"), "[[5 5]]"},
		{"condition shortened", body("if x && y {", "a()", "}"), body("if x {", "a()", "}"), "[[4 4]]"},
		{"statement deleted", body("a()", "b()", "c()"), body("a()", "c()"), "[]"},
		{"block deleted", body("a()", "if x {", "b()", "}"), body("a()"), "[]"},
		{"block unwrapped", body("if x {", "b()", "}", "c()"), body("b()", "c()"), "[]"},
		{"literal's statement deleted", body("g(func() {", "a()", "b()", "})"), body("g(func() {", "a()", "})"), "[]"},
		{"literal's statement added", body("g(func() {", "a()", "})"), body("g(func() {", "a()", "b()", "})"), "[[6 6]]"},
		{"line in a raw string changed", body("a(`x", "y", "z`)"), body("a(`x", "Y", "z`)"), "[[5 5]]"},
		{"line put into a raw string", body("a(`x", "z`)"), body("a(`x", "y", "z`)"), "[[5 5]]"},
		{"line taken from a raw string", body("a(`x", "y", "z`)"), body("a(`x", "z`)"), "[[4 4]]"},
		{"two lines in a raw string changed", body("a(`x", "y", "z", "`)"), body("a(`X", "y", "Z", "`)"), "[[4 4] [6 6]]"},
		{"commented out", body("a()", "b()", "c()"), body("a()", "/*", "b()", "*/", "c()"), "[]"},
		{"commented in", body("a()", "/*", "b()", "*/", "c()"), body("a()", "b()", "c()"), "[[5 5]]"},
		{"swallowed by a raw string", body("a()", "b()", "c()"), body("a(`", "b()", "`)", "c()"), "[[4 4] [6 6]]"},
		{"return parted from its value", body("return a()"), body("return", "a()"), "[[4 5]]"},
		{"return joined with what follows", body("return", "a()"), body("return a()"), "[[4 4]]"},
		{"string with a blank less", body(`a("x y")`), body(`a("xy")`), "[[4 4]]"},
		{"line directive", body("//line other.go:1", "a()"), body("//line other.go:7", "a()", "b()"), "[[6 6]]"},
		{"old file does not parse", "package p\n\nfunc f( {\nreturn x\n}\n", body("return"), "[[3 4]]"},
		{"new file does not parse", body("a()"), "package p\n\nfunc f() {\na(\n}\n", "[[4 4]]"},
		{"else added", body("if x {", "a()", "}"), body("if x {", "a()", "} else {", "b()", "}"), "[[7 7]]"},
		{"argument replaced", body("a(", "1,", "2,", ")"), body("a(", "1,", "3,", ")"), "[[6 6]]"},
		{"value dropped and a statement added", body("return x"), body("return", "b()"), "[[4 5]]"},
		{"go dropped and a statement added", body("go a()"), body("b()", "a()"), "[[4 5]]"},
		{"if put around an if", body("if y {", "\ta()", "}"), body("if x {", "\tif y {", "\t\ta()", "\t}", "}"), "[[4 4]]"},
		{"if put around a literal", body("x := T{", "\ta: 1,", "}", "b()"),
			body("if c {", "\tx := T{", "\t\ta: 1,", "\t}", "}", "b()"), "[[4 4]]"},
		{"if on the same variable taken away", body("if !s[p] {", "\ts[p] = 1", "\ta()", "}"), body("s[p] = 1", "a()"), "[]"},
		{"guard around blocks taken away",
			body("for {", "\tif y {", "\t\tif z {", "\t\t\tbreak", "\t\t}", "\t\tb()", "\t\tc()", "\t}", "\td()", "}"),
			body("for {", "\tif z {", "\t\tbreak", "\t}", "\tb()", "\tc()", "\td()", "}"), "[]"},
		{"guard put around blocks",
			body("for {", "\tif z {", "\t\tbreak", "\t}", "\tb()", "\tc()", "\td()", "}"),
			body("for {", "\tif y {", "\t\tif z {", "\t\t\tbreak", "\t\t}", "\t\tb()", "\t\tc()", "\t}", "\td()", "}"), "[[5 5]]"},
		{"end of a literal and what follows deleted",
			body("x(", "\tfunc() {", "\t\tif z {", "\t\t\ta()", "\t\t}", "\t\tb(func() {}())", "\t})", "y(z(), func() {}())", "c()"),
			body("x(", "\tfunc() {", "\t\tif z {", "\t\t\ta()", "\t\t}", "\t})", "c()"), "[]"},
		{"moved out of a block", body("if x {", "\ta()", "\tb()", "}", "c()"), body("if x {", "\ta()", "}", "b()", "c()"), "[[7 7]]"},
		{"moved into a block", body("if x {", "\ta()", "}", "b()", "c()"), body("if x {", "\ta()", "\tb()", "}", "c()"), "[[6 6]]"},
		{"case value dropped", body("switch x {", "case 1, 2:", "a()", "}"), body("switch x {", "case 1:", "a()", "}"), "[[5 5]]"},
		{"end lost, loop behind", body("e := s.head.at(n)", "x(e)"), body("e := s.head", "for e != nil {", "\te = e.next", "}", "x(e)"), "[[4 6]]"},
		{"declared name lost", body("var (", "a, b int", "c T", ")"), body("var (", "a int", "c T", ")"), "[[5 5]]"},
		{"second call lost", body("f(x)(y)", "g()"), body("f(x)", "g()"), "[[4 4]]"},
		{"operand lost, body changed", body("if a && b {", "c()", "}"), body("if a {", "d()", "}"), "[[4 5]]"},
		{"case value lost, body changed", body("switch x {", "case 1, 2:", "a()", "}"), body("switch x {", "case 2:", "b()", "}"), "[[5 6]]"},
		{"defer lost behind a new statement", body("mu.Lock()", "defer mu.Unlock()", "a()"), body("mu.Lock()", "b()", "mu.Unlock()", "a()"), "[[5 6]]"},
		{"else lost behind a new statement", body("if a {", "\tx()", "} else if c {", "\ty()", "}"), body("if a {", "\tx()", "}", "z()", "if c {", "\ty()", "}"), "[[7 8]]"},
		{"guard repeated", body("if err != nil {", "\treturn err", "}", "a()"),
			body("if err != nil {", "\treturn err", "}", "b()", "if err != nil {", "\treturn err", "}", "a()"), "[[7 9]]"},
		{"two statements swapped", body("aaaa()", "b()"), body("b()", "aaaa()"), "[[4 4]]"},
		{"then and else swapped", body("if a {", "\tx()", "} else {", "\ty()", "}"), body("if a {", "\ty()", "} else {", "\tx()", "}"), "[[5 5] [7 7]]"},
		{"argument of a literal's call lost", body("f(a, func() {", "\tx()", "}, b)"), body("f(a, func() {", "\tx()", "})"), "[[6 6]]"},
		{"parameter of a literal added", body("f(func() {", "\tx()", "})"), body("f(func(a int) {", "\tx()", "})"), "[[4 4]]"},
		{"literal put in place of a name", body("return f"), body("return func() { x() }"), "[[4 4]]"},
		{"parameter lost", "package p\n\nfunc f(a, b int) {\n\tx()\n}\n", "package p\n\nfunc f(a int) {\n\tx()\n}\n", "[[3 3]]"},
		{"joined with the next", body("a()", "b()"), body("a() + b()"), "[[4 4]]"},
		{"chain broken into two statements", body("a().b()"), body("x := a()", "x.b()"), "[[4 5]]"},
		{"left into a new function", "package p\n\nfunc f(a int) error {\n\tfor i := range n {\n\t}\n}\n",
			"package p\n\nfunc f(a int) error {\n}\n\nfunc g(a int) error {\n\tfor i := range n {\n\t}\n}\n", "[[6 7]]"},
		{"signature changed, and the body copied behind it", "package p\n\nfunc (r *T) m(retry func(int) error) {\n\tx := a.b\n\tstep()\n}\n",
			"package p\n\nfunc (r *T) m() {\n\tx := a.b\n\tstep()\n}\n\nfunc (r *T) c() {\n\tx := a.b\n\tif err != nil {\n\t}\n}\n", "[[3 3] [8 10]]"},
		{"statement put into a condition", body("head := m.(token)", "if err != nil {", "\treturn err", "}"), body("if m.(token) {", "\treturn err", "}"), "[[4 4]]"},
		{"condition put into a statement", body("if h == s() {", "} else {", "\tstep()", "}"), body("x := h == s()", "if x {", "} else {", "\tstep()", "}"), "[[4 5]]"},
		{"copy in front of its original", "package p\n\nfunc c(a T) error {\n\tif q || p() {\n\t\tt += h.t\n\t}\n}\n",
			"package p\n\nfunc o(a T) error {\n\tif q || p() {\n\t\tt += h.t\n\t}\n}\n\nfunc c(a T) error {\n\tif q || p() {\n\t\tif fresh {\n\t\t\tt += h.t\n\t\t}\n\t}\n}\n", "[[3 5] [11 11]]"},
		{"left with its literal into a new function", "package p\n\nfunc f() {\n\tfunc(a int) error {\n\t\tgo h()\n\t}()\n}\n",
			"package p\n\nfunc f() {\n}\n\nfunc g() {\n\tfunc(a int) error {\n\t\tgo h()\n\t}()\n}\n", "[[6 9]]"},
		{"unwrapped, and the guard in a new function", "package p\n\nfunc f(a int) error {\n\tif err != nil {\n\t\treturn err\n\t}\n}\n",
			"package p\n\nfunc f(a int) error {\n\treturn err\n}\n\nfunc g(a int) error {\n\tif err != nil {\n\t}\n}\n", "[[7 8]]"},
		{"else unwrapped", body("if a {", "\treturn", "} else {", "\tstep()", "}"), body("if a {", "\treturn", "}", "step()"), "[]"},
		{"wrapped in an else", body("if a {", "\treturn", "}", "step()"), body("if a {", "\treturn", "} else {", "\tstep()", "}"), "[]"},
		{"split off in front of a literal", body("i := s.h(fl, func(a int) error {", "\tfor range x {", "\t\ty += z", "\t}", "})"),
			body("m := s.h", "i := m(fl, func(a int) error {", "\tfor range x {", "\t\ty += z", "\t}", "})"), "[[4 5]]"},
		{"of equal headers the one that keeps its body", body("switch m := s.(type) {", "case open:", "\treturn err", "}"),
			body("switch m := s.(type) {", "case open:", "}", "switch m := s.(type) {", "case open:", "\tif h() {", "\t}", "\treturn err", "}"), "[[4 5] [9 9]]"},
		{"more stays if two headers do not", body("if h {", "}", "for range x {", "\tstep := r.(queue)", "\tswitch y.(type) {", "\t}", "}"),
			body("step := r.(queue)", "if h {", "\tswitch y.(type) {", "\t}", "}", "for range x {", "}"), "[[5 5] [9 9]]"},
		{"function renamed, and its signature", "package p\n\nfunc f() error {\n\ta()\n\tb()\n\treturn nil\n}\n",
			"package p\n\nfunc (r *T) run(c C) (int, error) {\n\ta()\n\tb()\n\treturn 1, nil\n}\n", "[[3 3] [6 6]]"},
		{"new function that ends as the one in its place did", "package p\n\nfunc p(i string) (*T, error) {\n\ta()\n\tb()\n\tc()\n\treturn r, s.err\n}\n\nfunc q() {\n\tx()\n}\n",
			"package p\n\nfunc o(i string) (*T, error) {\n\tif i != e {\n\t\treturn nil, other\n\t}\n\treturn r, s.err\n}\n\nfunc q() {\n\tx()\n}\n\nfunc p(i string) (*T, error) {\n\ta()\n\tb()\n\tc()\n\treturn r, s.err\n}\n", "[[3 5] [7 7] [14 18]]"},
		{"receiver lost beside a copy", "package p\n\nfunc (r *T) m(x int) {\n\tif e {\n\t}\n\tstep()\n}\n",
			"package p\n\nfunc c(x int) {\n\tif e {\n\t}\n}\n\nfunc m(x int) {\n\tstep()\n}\n", "[[3 4] [8 8]]"},
		{"renamed beside a copy that keeps less", "package p\n\nfunc f(x int) {\n\tfor i < n {\n\t\tif a := b(c, d); e {\n\t\t} else if g() {\n\t\t}\n\t}\n}\n",
			"package p\n\nfunc r(x int) {\n\tif a := b(c, d); e {\n\t} else if g() {\n\t}\n}\n\nfunc c(x int) {\n\tfor i < n {\n\t}\n}\n", "[[3 3] [9 10]]"},
		{"parentheses that gofmt drops", body("if (x) {", "\ta()", "}", "for ; ((y)); {", "}", "b((1 + 2) * 3)"), body("if x {", "\ta()", "}", "for y {", "}", "b((1 + 2) * 3)"), "[]"},
		{"parentheses that it keeps", body("b((1 + 2) * 3)"), body("b(1 + 2 * 3)"), "[[4 4]]"},
		{"literal moved out of a select", body("select {", "case c <- p:", "\tfunc() {", "\t\tstep()", "\t}()", "}"), body("select {", "case c <- p:", "}", "func() {", "\tstep()", "}()"), "[[7 9]]"},
		{"else if that became an if behind an else", body("if p {", "} else if r {", "\ts()", "}"), body("if p {", "} else {", "}", "if r {", "\ts()", "}"), "[[7 7]]"},
		{"else-if chain moved into a block", body("if i {", "}", "if r {", "} else if h {", "\tx()", "}"), body("if i {", "\tif r {", "\t} else if h {", "\t\tx()", "\t}", "}"), "[[5 7]]"},
		{"else unwrapped, and an else if in its place", body("if i {", "} else {", "\tx()", "}"), body("if i {", "} else if c {", "}", "x()"), "[[5 5]]"},
		{"else if that became the else", body("if i {", "} else if c {", "\tx()", "}"), body("if i {", "} else {", "\tx()", "}"), "[]"},
		{"else if put in front of an else", body("if i {", "} else {", "\tx()", "}"), body("if i {", "} else if c {", "} else {", "\tx()", "}"), "[[5 5]]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := fmt.Sprint(compared(tt.old, tt.new).Lines())
			if got != tt.want {
				t.Errorf("got lines %s, want %s\nold:\n%s\nnew:\n%s", got, tt.want, tt.old, tt.new)
			}
		})
	}
}

func TestRemovedStatements(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     []Removed
	}{
		{"one", body("a()", "b()", "c()"), body("a()", "c()"), []Removed{{4, 5, 5}}},
		{"a run", body("a()", "b()", "c()", "d()"), body("a()", "d()"), []Removed{{4, 5, 6}}},
		{"two runs", body("a()", "b()", "c()", "d()"), body("b()", "d()"), []Removed{{3, 4, 4}, {4, 6, 6}}},
		{"a block with its brace", body("a()", "if x {", "b()", "}", "c()"), body("a()", "c()"), []Removed{{4, 5, 7}}},
		{"a header", body("if x {", "b()", "}"), body("b()"), []Removed{{3, 4, 4}}},
		{"over several lines", body("a(", "1,", ")", "b()"), body("b()"), []Removed{{3, 4, 6}}},
		{"a function", body("a()") + "\nfunc g() {\n\tb()\n\tc()\n}\n", body("a()"), []Removed{{5, 8, 9}}},
		{"changed, not removed", body("a()", "b()"), body("a()", "c(1)"), nil},
		{"shortened, not removed", body("return x"), body("return"), nil},
		{"declarations", "package p\n\nimport \"fmt\"\n\ntype T int\n", "package p\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, compared(tt.old, tt.new).Removed()); diff != "" {
				t.Errorf("removed statements: got +, want -:\n%s", diff)
			}
		})
	}
}

// TestRewrittenFunction has more edits than the comparison of tokens allows.
// Lines that stay must be found all the same.
func TestRewrittenFunction(t *testing.T) {
	var old, new []string
	for i := range 900 {
		old = append(old, fmt.Sprintf("old%d(x, y, z)", i))
		new = append(new, fmt.Sprintf("\tnew%d(x, y, z, %d)", i, i))
	}
	old[450], new[450] = "stays(1, 2, 3)", "\tstays(1,  2, 3)"
	c := compared(body(old...), body(new...))
	want := [][2]int{{4, 453}, {455, 903}}
	if diff := cmp.Diff(want, c.Lines()); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
}

func FuzzEffective(f *testing.F) {
	f.Add(body("a()"), body("a(1)"))
	f.Add(body("a(`x", "y`)"), body("/*", "a(`x*/", "y`)"))
	f.Add("", "package p")
	f.Add("package p\nfunc f() { return }", "\ufeffpackage p\r\nfunc f() {\r\n")
	f.Add("x\n`\n\n", "`\nx``")
	f.Fuzz(func(t *testing.T, old, new string) {
		c := compared(old, new)
		lines, removed := c.Lines(), c.Removed()
		last := strings.Count(new, "\n") + 1
		for _, r := range lines {
			if r[0] < 1 || r[1] > last {
				t.Errorf("got lines %v in a file of %d lines", r, last)
			}
		}
		if sameTokens(scan([]byte(old)), scan([]byte(new))) && len(lines)+len(removed) > 0 {
			t.Errorf("got lines %v, removed %v for the same tokens", lines, removed)
		}
		if formatted, err := format.Source([]byte(new)); err == nil && sameTokens(scan(formatted), scan([]byte(new))) {
			if lines := compared(new, string(formatted)).Lines(); len(lines) > 0 {
				t.Errorf("got lines %v for what gofmt does", lines)
			}
		}
		for _, r := range removed {
			if r.Line < 0 || r.Line > last || r.Old < 1 || r.OldLast < r.Old {
				t.Errorf("got removed statements %+v", r)
			}
		}
	})
}

func FuzzCommon(f *testing.F) {
	f.Add("abcabba", "cbabac", 20)
	f.Add("", "x", 1)
	f.Add("aaaa", "bbbb", 3)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if len(a)+len(b) > 200 {
			return
		}
		limit = min(max(limit, 0), 500)
		matches, ok := common(bytesOf(a), bytesOf(b), limit)
		last := match{-1, -1}
		for _, m := range matches {
			if m.a <= last.a || m.b <= last.b || m.a >= len(a) || m.b >= len(b) || a[m.a] != b[m.b] {
				t.Fatalf("got match %v after %v of %q and %q", m, last, a, b)
			}
			last = m
		}
		if want := longestLength(a, b); ok && len(matches) != want {
			t.Errorf("got %d matches of %q and %q, want %d", len(matches), a, b, want)
		}
	})
}

func bytesOf(s string) []int {
	out := make([]int, len(s))
	for i := range len(s) {
		out[i] = int(s[i])
	}
	return out
}

// longestLength computes the length of the longest common subsequence the slow
// way.
func longestLength(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
