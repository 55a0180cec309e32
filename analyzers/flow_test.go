package analyzers_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers/point"
)

func TestRuns(t *testing.T) {
	runCases(t, []pointCase{
		{"no change", `
func f() {
	a()
}`, map[point.Granularity]string{point.Line: ``, point.Patch: ``, point.Scope: ``, point.Func: ``}},
		{"adjacent statements are one run", `
func f() {
	a() //+
	b() //+
	c()
	d() //+
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				4 f stmt before [4]
				6 f stmt before [6]`,
			point.Patch: `
				3-4 f stmt before [3-4]
				6 f stmt before [6]`,
			point.Scope: `2-7 f func block [3-4 6]`,
			point.Func:  `2-7 f func block [3-4 6]`,
		}},
		{"blank lines, comments, types and constants do not end a run", `
func f() {
	a() //+

	// note //+
	type t int //+
	const c = 1
	;
	b() //+
}`, map[point.Granularity]string{point.Patch: `3-9 f stmt before [3 9]`}},
		{"a type, a constant, a comment, a brace, a label and an else are no statements", `
func f() {
	// x //+
	type t int //+
	const c = 1 //+
l: //+
	for {
		break l
	} //+
	if x {
	} else { //+
	}
} //+`, map[point.Granularity]string{point.Line: ``, point.Patch: ``, point.Scope: ``, point.Func: ``}},
		{"a variable is a statement", `
func f() {
	var x int //+
	_ = x
}`, map[point.Granularity]string{point.Patch: `3 f stmt before [3]`}},
		{"a change on any line of a statement changes it", `
func f() {
	call(1,
		2, //+
		[]int{
			3, //+
		},
	)
}`, map[point.Granularity]string{point.Line: `3-8 f stmt before [4 6]`, point.Func: `2-9 f func block [4 6]`}},
		{"a raw string is on all of its lines", "func f() {\n\tcall(`\n//+\n`)\n}",
			map[point.Granularity]string{point.Line: `3-5 f stmt before [4]`}},
		{"one line, several statements", `
func f() { a(); b(); return } //+
`, map[point.Granularity]string{
			point.Line: `
				2 f func block [2]
				2 f stmt before [2]`,
			point.Patch: `
				2 f func block [2]
				2 f stmt before [2]`,
			point.Scope: `2 f func block [2]`,
			point.Func:  `2 f func block [2]`,
		}},
		{"one line, several blocks", `
func f() { if x { a(); b() }; c() } //+
`, map[point.Granularity]string{
			point.Line: `
				2 f func block [2]
				2 f stmt before [2]
				2 f then block [2]
				2 f else else{} []`,
			point.Func: `2 f func block [2]`,
		}},
		{"one line, control may leave", `
func f() { if x { return }; c() } //+
`, map[point.Granularity]string{
			point.Line: `
				2 f func block [2]
				2 f stmt before [2]
				2 f then block [2]
				2 f else else{} []
				2 f stmt before [2]`,
			point.Scope: `
				2 f func block [2]
				2 f then block [2]
				2 f else else{} []
				2 f stmt before [2]`,
		}},
		{"a bare block", `
func f() {
	a() //+
	{
		b() //+
		c()
	}
	d() //+
	{
		e()
	}
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				5 f stmt before [5]
				8 f stmt before [8]`,
			point.Scope: `
				2-12 f func block [3 8]
				4-7 f stmt block [5]`,
		}},
		{"bodies that do not exist, are empty, or cannot run", `
func asm()
func empty() {}
func _() { a() } //+
func (t T) _() { a() } //+
`, map[point.Granularity]string{point.Line: ``, point.Func: ``}},
	})
}

func TestControlThatLeaves(t *testing.T) {
	for name, c := range map[string]struct {
		stmt   string
		leaves bool
	}{
		"return":                             {"if x { return }", true},
		"return in a literal":                {"if x { g(func() { return }) }", false},
		"panic":                              {"if x { panic(1) }", true},
		"a method named panic":               {"if x { t.panic(1) }", false},
		"goto inside":                        {"for x { goto in; in: a() }", false},
		"break of the loop around":           {"if x { break }", true},
		"continue of the loop around":        {"if x { continue }", true},
		"break of an inner loop":             {"for x { break }", false},
		"continue of an inner loop":          {"for range x { continue }", false},
		"break of an inner switch":           {"switch x { case 1: break }", false},
		"break of an inner type switch":      {"switch x.(type) { case int: break }", false},
		"break of an inner select":           {"select { case <-x: break }", false},
		"continue in an inner switch":        {"switch x { case 1: continue }", true},
		"break in an inner select's loop":    {"select { case <-x: for { break } }", false},
		"labelled break of the loop around":  {"for x { break outer }", true},
		"labelled continue of the outer":     {"for x { for y { continue outer } }", true},
		"labelled break inside":              {"in: for x { for y { break in } }", false},
		"labelled continue inside":           {"in: for x { for y { continue in } }", false},
		"labelled break of an inner switch":  {"in: switch x { case 1: for y { break in } }", false},
		"fallthrough inside":                 {"switch x { case 1: fallthrough; default: }", false},
		"return in a bare block":             {"{ return }", true},
		"return in an else if":               {"if x {} else if y {} else { return }", true},
		"a call that never returns, unknown": {"if x { os.Exit(1) }", false},
	} {
		t.Run(name, func(t *testing.T) {
			src := "package p\nfunc f() {\nouter: for {\na() //+\n" + c.stmt + "\nb() //+\n}\n}\n"
			want := []string{"3-7 f loop block [4 6]"}
			if c.leaves {
				want = []string{"3-5 f loop block [4]", "6 f stmt before [6]"}
			}
			if diff := cmp.Diff(want, sitesOf(t, point.Scope, src)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	runCases(t, []pointCase{
		{"a run ends at a label", `
func f() {
	a() //+
l:
	for { //+
		break l
	}
	b() //+
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				5-8 f stmt before [5 8]
				5-7 f loop block []`,
			point.Scope: `
				2-9 f func block [3 5 8]
				5-7 f loop block []`,
		}},
		{"a goto's label starts a unit, also on an empty statement", `
func f() {
	a() //+
	if x { //+
		goto done
	}
	b() //+
done:
	;
	c() //+
}`, map[point.Granularity]string{
			point.Patch: `
				3-4 f stmt before [3-4]
				4-6 f then block []
				6 f else else{} []
				7 f stmt before [7]
				10 f stmt before [10]`,
			point.Scope: `
				2-6 f func block [3-4]
				4-6 f then block []
				6 f else else{} []
				7 f stmt before [7]
				10 f stmt before [10]`,
			point.Func: `2-11 f func block [3-4 7 10]`,
		}},
		{"a goto that stays in its statement does not end a run, its label does", `
func f() {
	a() //+
again:
	for x { //+
		goto again
	}
	b() //+
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				5-8 f stmt before [5 8]
				5-7 f loop block []`,
		}},
		{"a label at a branch's start keeps its own point", `
func f() {
	if x { //+
	again:
		a() //+
		goto again
	}
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				3-7 f then block []
				5 f stmt before [5]
				7 f else else{} []`,
			point.Scope: `
				2-8 f func block [3]
				3-7 f then block []
				5-6 f stmt before [5]
				7 f else else{} []`,
		}},
	})
}
