package analyzers_test

import (
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

func TestBranchesOfIf(t *testing.T) {
	runCases(t, []pointCase{
		{"header changed, both branches written", `
func f() {
	if a := x(); a { //+
		b()
	} else {
		c()
	}
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				3-5 f then block []
				5-7 f else block []`,
			point.Scope: `
				2-8 f func block [3]
				3-5 f then block []
				5-7 f else block []`,
			point.Func: `2-8 f func block [3]`,
		}},
		{"else not written", `
func f() {
	if x { //+
		b()
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				3-5 f then block []
				5 f else else{} []`}},
		{"a branch's first run starts at its start: one point", `
func f() {
	if x { //+
		a() //+
		b() //+
		c()
		d() //+
	} else {
		a()
		b() //+
	}
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				3-8 f then block [4]
				5 f stmt before [5]
				7 f stmt before [7]
				8-11 f else block []
				10 f stmt before [10]`,
			point.Patch: `
				3 f stmt before [3]
				3-8 f then block [4-5]
				7 f stmt before [7]
				8-11 f else block []
				10 f stmt before [10]`,
			point.Scope: `
				2-12 f func block [3]
				3-8 f then block [4-5 7]
				8-11 f else block [10]`,
		}},
		{"header over several lines", `
func f() {
	if x &&
		y { //+
	}
}`, map[point.Granularity]string{point.Patch: `
				3-4 f stmt before [4]
				4-5 f then block []
				5 f else else{} []`}},
		{"unchanged header, changed body", `
func f() {
	if x {
		a() //+
	}
}`, map[point.Granularity]string{
			point.Patch: `4 f stmt before [4]`,
			point.Scope: `3-5 f then block [4]`,
		}},
		{"outer header changed, else if", `
func f() {
	if x { //+
	} else if y {
	} else {
	}
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				3-4 f then block []
				4-6 f else elseif []`,
		}},
		{"else if changed", `
func f() {
	if x {
	} else if y { //+
	}
}`, map[point.Granularity]string{
			point.Patch: `
				4 f stmt elseif [4]
				4-5 f then block []
				5 f else else{} []`,
			point.Scope: `
				4-5 f else elseif [4]
				4-5 f then block []
				5 f else else{} []`,
			point.Func: `2-6 f func block [4]`,
		}},
		{"both changed", `
func f() {
	if x { //+
	} else if y { //+
		b() //+
	} else {
		c() //+
	}
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				3-4 f then block []
				4-8 f else elseif [4]
				4-6 f then block [5]
				6-8 f else block [7]`,
		}},
	})
}

func TestBranchesOfLoops(t *testing.T) {
	runCases(t, []pointCase{
		{"for, range, range over func, endless", `
func f() {
	for i := 0; i < n; i++ { //+
		a()
	}
	for range ch { //+
		b() //+
	}
	for x := range seq { //+
	}
	for { //+
	}
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				3-5 f loop block []
				6 f stmt before [6]
				6-8 f loop block [7]
				9 f stmt before [9]
				9-10 f loop block []
				11 f stmt before [11]
				11-12 f loop block []`,
			point.Patch: `
				3-11 f stmt before [3 6 9 11]
				3-5 f loop block []
				6-8 f loop block [7]
				9-10 f loop block []
				11-12 f loop block []`,
		}},
	})
}

func TestBranchesOfSwitches(t *testing.T) {
	runCases(t, []pointCase{
		{"switch header changed, no default", `
func f() {
	switch x := y; x { //+
	case 1:
		a()
	case 2, 3:
		b() //+
	}
}`, map[point.Granularity]string{
			point.Patch: `
				3 f stmt before [3]
				4-5 f case clause []
				6-7 f case clause [7]
				8 f default default: []`,
			point.Func: `2-9 f func block [3 7]`,
		}},
		{"switch header changed, default written", `
func f() {
	switch { //+
	default:
	case x:
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				4 f default clause []
				5 f case clause []`}},
		{"clause changed", `
func f() {
	switch x {
	case 1,
		2: //+
		a()
		b() //+
	case 3: //+
		c() //+
	default: //+
	}
}`, map[point.Granularity]string{
			point.Line: `
				4-7 f case clause [5]
				7 f stmt before [7]
				8-9 f case clause [8-9]
				10 f default clause [10]`,
			point.Scope: `
				4-7 f case clause [5 7]
				8-9 f case clause [8-9]
				10 f default clause [10]`,
			point.Func: `2-12 f func block [5 7-10]`,
		}},
		{"type switch", `
func f() {
	switch v := x.(type) { //+
	case int:
		_ = v
	}
}`, map[point.Granularity]string{point.Patch: `
				3 f stmt before [3]
				4-5 f case clause []
				6 f default default: []`}},
		{"select never gets a default", `
func f() {
	select { //+
	case <-a:
	case b <- 1: //+
		c() //+
	}
	select { //+
	case <-a:
	default:
	}
}`, map[point.Granularity]string{point.Line: `
				3-5 f stmt before [3 5]
				4 f case clause []
				5-6 f case clause [6]
				8 f stmt before [8]
				9 f case clause []
				10 f default clause []`}},
		{"empty select and switch, channel operations", `
func f() {
	switch {} //+
	<-ch //+
	ch <- v //+
	x++ //+
	select {} //+
}`, map[point.Granularity]string{
			point.Line: `
				3 f stmt before [3]
				4 f stmt before [4]
				5 f stmt before [5]
				6 f stmt before [6]
				7 f stmt before [7]`,
			point.Patch: `3-7 f stmt before [3-7]`,
		}},
		{"fallthrough", `
func f() {
	switch x {
	case 1:
		a() //+
		fallthrough //+
	default:
		b() //+
	}
}`, map[point.Granularity]string{point.Patch: `
				5-6 f stmt before [5-6]
				8 f stmt before [8]`}},
	})
}
