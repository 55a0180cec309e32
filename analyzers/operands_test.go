package analyzers_test

import (
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

// What a select evaluates on entry belongs to its header, whichever clause
// holds it.
func TestOperandsOfSelect(t *testing.T) {
	runCases(t, []pointCase{
		{"channel and value of a send", `
func f() {
	select {
	case a <- v(): //+
		b()
	case <-c:
	}
}`, map[point.Granularity]string{
			point.Line: `
				3-4 f stmt before [4]
				4-5 f case clause []
				6 f case clause []`,
			point.Patch: `
				3-4 f stmt before [4]
				4-5 f case clause []
				6 f case clause []`,
			point.Scope: `
				2-8 f func block [4]
				4-5 f case clause []
				6 f case clause []`,
			point.Func: `2-8 f func block [4]`,
		}},
		{"channel of a receive, and the clause's body", `
func f() {
	select {
	default:
	case x := <-c(): //+
		b() //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3-5 f stmt before [5]
				4 f default clause []
				5-6 f case clause [6]`}},
		{"over lines: what is assigned to runs in the clause", `
func f() {
	select {
	case a[
		i(), //+
	] = <-c:
	case b[
		i(),
	] = <-c(
		1, //+
	):
	}
	select {
	case a[
		i(), //+
	] = <-c:
		b()
	case <-d:
	}
}`, map[point.Granularity]string{point.Patch: `
				3-10 f stmt before [10]
				4-6 f case clause [5]
				7-11 f case clause []
				14-17 f case clause [15]`,
			point.Func: `2-20 f func block [5 10 15]`,
		}},
		{"both operands of a send, each on a line", `
func f() {
	select {
	case ch(
		1, //+
	) <- v(
		2, //+
	):
	}
}`, map[point.Granularity]string{point.Patch: `
				3-7 f stmt before [5 7]
				4-8 f case clause []`}},
		{"in parentheses", `
func f() {
	select {
	case (<-(c)): //+
	case x, ok = (<-c): //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3-5 f stmt before [4-5]
				4 f case clause []
				5 f case clause []`}},
		{"a received value that is sent on", `
func f() {
	select {
	case a <- <-c: //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3-4 f stmt before [4]
				4 f case clause []`}},
		{"a literal's lines are its own", `
func f() {
	select {
	case a <- func() int {
		return 1 //+
	}():
	}
}`, map[point.Granularity]string{point.Patch: `5 f.func1 stmt before [5]`}},
		{"a default has none", `
func f() {
	select {
	case <-c:
	default: //+
		b() //+
	}
}`, map[point.Granularity]string{point.Patch: `5-6 f default clause [5-6]`}},
		{"everything in a clause that is new", `
func f() {
	for {
		select {
		case <-c:
			a()
		case <-d: //+
			b() //+
			return //+
		}
	}
}`, map[point.Granularity]string{point.Patch: `
				4-7 f stmt before [7]
				5-6 f case clause []
				7-9 f case clause [8-9]`}},
		{"behind a label", `
func f() {
l:
	select {
	case <-c: //+
		break l
	}
}`, map[point.Granularity]string{point.Patch: `
				4-5 f stmt before [5]
				5-6 f case clause []`}},
		{"ignored clauses, an ignored select", `
func f() {
	select {
	case <-a: //goat:ignore //+
	//goat:ignore
	case <-b: //+
	case <-c:
	}
	select {
	case <-a: //goat:ignore //+
	case <-b: //+
	}
	select { //goat:ignore
	case <-a: //+
	}
	//goat:ignore
	select {
	case <-a: //+
	}
}`, map[point.Granularity]string{point.Patch: `
				9-11 f stmt before [11]
				11 f case clause []`}},
	})
}

// The point of a case clause says that the clause was entered. Its expressions
// may have been evaluated without that, but no place in the code could tell.
func TestHeadersOfClauses(t *testing.T) {
	runCases(t, []pointCase{
		{"expressions of a switch", `
func f() {
	switch {
	case a(): //+
	case b(): //+
		c() //+
	}
}`, map[point.Granularity]string{point.Patch: `
				4 f case clause [4]
				5-6 f case clause [5-6]`}},
		{"types", `
func f() {
	switch x.(type) {
	case A, //+
		B: //+
	}
}`, map[point.Granularity]string{point.Patch: `4-5 f case clause [4-5]`}},
		{"tag and guard", `
func f() {
	switch a( //+
		1, //+
	) {
	default:
	}
	switch b(
		1, //+
	).(type) {
	default:
	}
}`, map[point.Granularity]string{point.Patch: `
				3-10 f stmt before [3-4 9]
				6 f default clause []
				11 f default clause []`}},
	})
}

func TestHeadersOfLoops(t *testing.T) {
	runCases(t, []pointCase{
		{"a post statement on a line of its own runs in the loop", `
func f() {
	for i := 0; //+
		i < n; //+
		i += g() { //+
		a()
	}
}`, map[point.Granularity]string{
			point.Patch: `
				3-5 f stmt before [3-4]
				5-7 f loop block [5]`,
			point.Scope: `
				2-8 f func block [3-4]
				5-7 f loop block [5]`,
			point.Func: `2-8 f func block [3-5]`,
		}},
		{"it alone", `
func f() {
	for i := 0; i < n; i += g(
		1, //+
	) {
		a() //+
	}
}`, map[point.Granularity]string{
			point.Line:  `5-7 f loop block [4 6]`,
			point.Patch: `5-7 f loop block [4 6]`,
			point.Func:  `2-8 f func block [4 6]`,
		}},
		{"on one line", `
func f() {
	for i := 0; i < n; i++ { //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				3-4 f loop block []`}},
		{"what a range assigns to", `
func f() {
	for a[
		i(), //+
	] = range x {
	}
	for k := range x( //+
		1, //+
	) {
	}
}`, map[point.Granularity]string{point.Patch: `
				5-6 f loop block [4]
				7-9 f stmt before [7-8]
				9-10 f loop block []`}},
		{"arguments of a deferred call are evaluated at the defer", `
func f() {
	defer a(
		b(), //+
		func() {
			c()
		},
	)
}`, map[point.Granularity]string{point.Patch: `3-8 f stmt before [4]`}},
		{"ignored by a comment behind its brace", `
func f() {
	for i := 0; i < n; i += g(
		1, //+
	) { //goat:ignore
		a() //+
	}
}`, map[point.Granularity]string{point.Patch: ``}},
	})
}
