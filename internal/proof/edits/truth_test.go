package edits

import (
	"strings"
	"testing"
)

// TestWrongLinesAreFaults: line sets that call nothing or everything changed
// are found out, and little is left open.
func TestWrongLinesAreFaults(t *testing.T) {
	t.Parallel()
	const cases = 200
	var nothing, everything, free, units int
	for seed := range uint64(cases) {
		truth, err := newTruth(Generate(seed))
		if err != nil {
			t.Fatal(err)
		}
		none, all := Lines{}, Lines{}
		for name, file := range truth.current {
			all[name] = [][2]int{{1, strings.Count(file.Text, "\n")}}
			for _, want := range truth.want(name, 1) {
				units++
				if want == Free {
					free++
				}
			}
		}
		nothing += min(1, len(truth.check([4]Lines{1: none, 2: none, 3: none})))
		everything += min(1, len(truth.check([4]Lines{1: all, 2: all, 3: all})))
	}
	if nothing < cases*9/10 || everything < cases*9/10 {
		t.Errorf("got faults of %d cases where nothing is changed and of %d where everything is, want almost %d each", nothing, everything, cases)
	}
	if free*4 > units {
		t.Errorf("got %d of %d units free at precision 1, want a quarter at most", free, units)
	}
}

// TestGenerateIsRepeatable: a seed gives the same case each time.
func TestGenerateIsRepeatable(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		if a, b := Generate(seed).Show([4]Lines{}), Generate(seed).Show([4]Lines{}); a != b {
			t.Errorf("seed %d: got\n%s\nand then\n%s", seed, a, b)
		}
	}
}

// TestShrink looks for the smallest case in which a function is called that the
// base does not call.
func TestShrink(t *testing.T) {
	t.Parallel()
	c := Generate(20) // twelve edits
	before := c.Show([4]Lines{})
	fails := func(c *Case) bool {
		truth, err := newTruth(c)
		if err != nil {
			t.Fatal(err)
		}
		for name := range truth.current {
			for i, want := range truth.want(name, 3) {
				if want == Changed && !truth.current[name].Units[i].Signature() {
					return true
				}
			}
		}
		return false
	}
	if !fails(c) {
		t.Fatal("the case has nothing that is sought")
	}
	small := Shrink(c, fails)
	units := 0
	truth, err := newTruth(small)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range truth.current {
		units += len(file.Units)
	}
	if !fails(small) || units > 2 {
		t.Errorf("got a case with %d units, want a signature and one statement:\n%s", units, small.Show([4]Lines{}))
	}
	if after := c.Show([4]Lines{}); after != before {
		t.Errorf("the case itself was changed, from\n%s\nto\n%s", before, after)
	}
}
