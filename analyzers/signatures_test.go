package analyzers_test

import (
	"strings"
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

// everywhere expects the same at each granularity.
func everywhere(want string) map[point.Granularity]string {
	all := make(map[point.Granularity]string)
	for _, g := range point.Granularities() {
		all[g] = want
	}
	return all
}

func TestSignatures(t *testing.T) {
	runCases(t, []pointCase{
		{"changed alone", `
func f(a int) { //+
	b()
}`, everywhere(`2-4 f func block [2]`)},
		{"one line of several", `
func f(
	a int, //+
	b string,
) (
	err error, //+
) {
	b()
}`, everywhere(`2-9 f func block [3 6]`)},
		{"with a body's run at its start: a point of its own, but where that is the function's anyway", `
func f(a int) { //+
	b() //+
	c()
	d() //+
}`, map[point.Granularity]string{
			point.Line: `
				2-6 f func block [2]
				3 f stmt before [3]
				5 f stmt before [5]`,
			point.Patch: `
				2-6 f func block [2]
				3 f stmt before [3]
				5 f stmt before [5]`,
			point.Scope: `2-6 f func block [2-3 5]`,
			point.Func:  `2-6 f func block [2-3 5]`,
		}},
		{"over lines, with a body", `
func f( //+
	a int, //+
) { //+
	b() //+
}`, map[point.Granularity]string{
			point.Patch: `
				2-6 f func block [2-4]
				5 f stmt before [5]`,
			point.Scope: `2-6 f func block [2-5]`,
			point.Func:  `2-6 f func block [2-5]`,
		}},
		{"with a nested block's change", `
func f(a int) { //+
	if a {
		b() //+
	}
}`, map[point.Granularity]string{
			point.Patch: `
				2-6 f func block [2]
				4 f stmt before [4]`,
			point.Scope: `
				2-6 f func block [2]
				3-5 f then block [4]`,
			point.Func: `2-6 f func block [2 4]`,
		}},
		{"a body that control may leave", `
func f(a int) { //+
	if a { return }
	b() //+
}`, map[point.Granularity]string{point.Scope: `
				2-3 f func block [2]
				4 f stmt before [4]`}},
		{"a label first", `
func f(a int) { //+
l:
	b() //+
	goto l
}`, map[point.Granularity]string{point.Scope: `
				2-6 f func block [2]
				4-5 f stmt before [4]`}},
		{"empty body", `
func f(a int) {} //+
func (t *T[K]) g(a int) { //+
}
`, everywhere(`
			2 f func block [2]
			3-4 (*T[...]).g func block [3]`)},
		{"on one line with the body", `
func f() { return } //+
`, map[point.Granularity]string{
			point.Line: `
				2 f func block [2]
				2 f stmt before [2]`,
			point.Scope: `2 f func block [2]`,
		}},
		{"generic", `
func f[
	K comparable, //+
](k K) {
	b()
}`, everywhere(`2-6 f[...] func block [3]`)},
		{"the closing brace, a comment and a doc comment are not part of it", `
// f does. //+
func f( //
	// a is one. //+
	a int,
) {
	b()
} //+`, everywhere(``)},
		{"without a body, or that cannot be called", `
func f(a int) //+
func _(a int) { b() } //+
type t interface {
	f(a int) //+
}
var x func(a int) //+
`, everywhere(``)},
		{"literals", `
var x = func(a int) { //+
	b()
}
func f() {
	g(1, func(a int) { //+
		b()
	})
	go func(
		a int, //+
	) {
		b()
	}(1)
}`, map[point.Granularity]string{
			point.Patch: `
				2-4 init.func1 func block [2]
				6-8 f stmt before [6]
				6-8 f.func1 func block [6]
				9-13 f.func2 func block [10]`,
			point.Func: `
				2-4 init.func1 func block [2]
				5-14 f func block [6]
				6-8 f.func1 func block [6]
				9-13 f.func2 func block [10]`,
		}},
		{"a literal in a signature runs never and belongs to nobody", `
func f(a [len([1]func(){func() {
	b() //+
}})]int) {
	c()
}`, everywhere(``)},
		{"ignored", `
func f(a int) { //goat:ignore //+
	b()
}
func g(
	a int, //goat:ignore //+
) {
	b() //+
}
//goat:ignore
func h(a int) { //+
}
func i(a int) { //+
	//goat:ignore

	b() //+
}
func j() {
	//goat:ignore
	k(func() { //+
	})
}
//go:nosplit
func k(a int) { //+
}
//go:linkname l runtime.l
func l(a int) { //+
}`, map[point.Granularity]string{
			point.Patch: `8 g stmt before [8]`,
			point.Func:  `5-9 g func block [8]`,
		}},
	})
}

// Signatures in a test file count as well. A point that a comment asks for at
// the start of a function comes after the function's own.
func TestSignatureAndInsert(t *testing.T) {
	src := "package p\nfunc f(a int) { //+\n\t// +goat:insert\n\tb() //+\n}\n"
	want := "2-5 f func block [2]\n3 f manual before []\n4 f stmt before [4]"
	if got := strings.Join(sitesOf(t, point.Patch, src), "\n"); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
