package analyzers_test

import (
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

func TestInsert(t *testing.T) {
	runCases(t, []pointCase{
		{"before the next statement, at each granularity", `
func f() {
	a()
	// +goat:insert
	b()
}`, map[point.Granularity]string{
			point.Line:  `4 f manual before []`,
			point.Patch: `4 f manual before []`,
			point.Scope: `4 f manual before []`,
			point.Func:  `4 f manual before []`,
		}},
		{"beside a changed statement", `
func f() {
	//+goat:insert here it matters
	a() //+
}`, map[point.Granularity]string{point.Patch: `
				3 f manual before []
				4 f stmt before [4]`}},
		{"at a block's end, and in an empty one", `
func f() {
	if x {
		a()
		// +goat:insert
	}
	for {
		/* +goat:insert */
	}
	switch x {
	case 1:
		// +goat:insert
	case 2:
		b()
		// +goat:insert
	}
	_ = func() {
		// +goat:insert
	}
}`, map[point.Granularity]string{point.Patch: `
				5 f manual end []
				8 f manual end []
				12 f manual end []
				15 f manual end []
				18 f.func1 manual end []`}},
		{"where nothing can run or stand", `
// +goat:insert
func f() int {
	switch x {
	// +goat:insert
	case 1:
		fallthrough
		// +goat:insert
	default:
		break
		// +goat:insert
	}
	for {
		if x {
			return 1
			// +goat:insert
		}
	}
	// +goat:insert
}

var x = []int{
	// +goat:insert
	1,
}

//go:nosplit
func g() {
	// +goat:insert
}`, map[point.Granularity]string{point.Patch: ``}},
		{"behind what only looks as if it ended", `
func f() {
	if x {
		return
	}
	// +goat:insert
}
func g() {
l:
	for {
		for {
			break l
		}
	}
	// +goat:insert
}
func h() {
	switch x {
	case 1:
		return
	}
	// +goat:insert
}
func i() {
	select {
	case <-x:
		if y {
			break
		}
		return
	}
	// +goat:insert
}`, map[point.Granularity]string{point.Patch: `
				6 f manual end []
				15 g manual end []
				22 h manual end []
				32 i manual end []`}},
		{"not this comment", `
func f() {
	// +goat:inserted
	// see +goat:insert
	// +goat:tips: do not edit
	a()
}`, map[point.Granularity]string{point.Patch: ``}},
		{"within a statement it comes before the next", `
func f() {
	call(
		// +goat:insert
		1,
	)
	a()
}`, map[point.Granularity]string{point.Patch: `4 f manual before []`}},
	})
}

func TestIgnore(t *testing.T) {
	runCases(t, []pointCase{
		{"behind a statement", `
func f() {
	a() //+
	b() //goat:ignore //+
	c() //+
	call(1, //+
		2) //goat:ignore why
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				5 f stmt before [5]`,
			point.Func: `2-8 f func block [3 5]`,
		}},
		{"above a statement, with what is nested in it", `
func f() {
	a() //+
	//goat:ignore
	if x { //+
		b() //+
		_ = func() { c() } //+
		// +goat:insert
	} else { //+
		c() //+
	}
	d() //+
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				12 f stmt before [12]`}},
		{"first in a block, right above a statement: the statement", `
func f() {
	if x {
		//goat:ignore
		a() //+
		b() //+
	}
}`, map[point.Granularity]string{point.Patch: `6 f stmt before [6]`}},
		{"first in a block, a blank line below: the block", `
func f() {
	if x { //+
		//goat:ignore

		a() //+
		b() //+
	}
	c() //+
}`, map[point.Granularity]string{point.Patch: `
				3-9 f stmt before [3 9]
				8 f else else{} []`}},
		{"behind an opening brace: the header and the block", `
func f() {
	if x { //goat:ignore //+
		a() //+
	} else {
		b() //+
	}
}
func g() { //goat:ignore
	a() //+
}`, map[point.Granularity]string{point.Patch: `6 f stmt before [6]`}},
		{"in an empty block", `
func f() {
	if x { //+
		//goat:ignore
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				5 f else else{} []`}},
		{"clauses", `
func f() {
	switch x {
	//goat:ignore
	case 1: //+
		a() //+
	case 2: //goat:ignore //+
		b() //+
	case 3: //+
	//goat:ignore
	case 4: //+
		d() //+
	}
}`, map[point.Granularity]string{point.Patch: `9 f case clause [9]`}},
		{"in an empty clause, a blank line below: the clause's block alone", `
func f() {
	switch x { //+
	case 1:
		//goat:ignore

	case 2: //+
		b() //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				7-8 f case clause [7-8]
				9 f default default: []`}},
		{"in a doc comment", `
// f does.
//
//goat:ignore
func f() {
	a() //+
	_ = func() { b() } //+
	// +goat:insert
}

//goat:ignore
var x = func() { a() } //+

var (
	//goat:ignore it is generated
	y = func() { a() } //+
	z = func() { a() } //+
)`, map[point.Granularity]string{
			point.Patch: `
				17 init.func3 func block [17]
				17 init.func3 stmt before [17]`,
			point.Func: `17 init.func3 func block [17]`,
		}},
		{"not this comment", `
func f() {
	// goat:ignore
	a() //+
	//goat:ignored
	b() //+
}`, map[point.Granularity]string{point.Patch: `
				4-6 f stmt before [4 6]`}},
	})
}

func TestIgnoreFile(t *testing.T) {
	src := "//goat:ignore not ours\n\n// Package p is.\npackage p\nfunc f() {\n\ta() //+\n\t// +goat:insert\n}\n"
	if got := sitesOf(t, point.Patch, src); len(got) > 0 {
		t.Errorf("got points %q, want none", got)
	}
}

func TestFunctionsWithoutCounters(t *testing.T) {
	runCases(t, []pointCase{
		{"pragmas", `
import "C"

//go:nosplit
func a() { x() } //+

// b is.
//
//go:nowritebarrierrec

func b() { x() } //+

//go:systemstack
func c() { x() } //+

//export d
func d() { x() } //+

//go:norace
//go:noinline
func e() { x() } //+

//go:linkname f runtime.f
func f() { x() } //+

func (T) f() { x() } //+
`, map[point.Granularity]string{point.Patch: `
				17 d func block [17]
				17 d stmt before [17]
				21 e func block [21]
				21 e stmt before [21]
				26 T.f func block [26]
				26 T.f stmt before [26]`}},
	})
}
