package edits

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// perRepository is how many cases share a repository: enough to make three
// runs for each of them cheap, few enough that git looks for renames.
const perRepository = 250

// enough is how many repositories are shown with their faults.
const enough = 2

// TestPairs holds diffsrc against generated pairs of programs. GOAT_EDITS is
// how many there are, GOAT_EDITS_SEED the first one's seed.
func TestPairs(t *testing.T) {
	t.Parallel()
	number, first := variable(t, "GOAT_EDITS", 2000), variable(t, "GOAT_EDITS_SEED", 0)
	var failed atomic.Int32
	for seed := first; seed < first+number; seed += perRepository {
		t.Run(fmt.Sprint("seeds from ", seed), func(t *testing.T) {
			t.Parallel()
			if failed.Load() >= enough {
				t.Skip("enough has failed")
			}
			if !checkSeeds(t, seed, min(seed+perRepository, first+number)) {
				failed.Add(1)
			}
		})
	}
}

func variable(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		t.Fatalf("%s: %q is no number from 0 on", name, value)
	}
	return n
}

// checkSeeds checks the cases of some seeds and shows the first one with each
// kind of fault.
func checkSeeds(t *testing.T, from, to uint64) bool {
	var cases []*Case
	for seed := from; seed < to; seed++ {
		cases = append(cases, Generate(seed))
	}
	bad := make(map[string][]uint64) // seeds by kind of fault
	for i, r := range check(t, cases, 1, 2, 3) {
		for _, f := range r.Faults {
			if s := bad[f.kind()]; len(s) == 0 || s[len(s)-1] != cases[i].Seed {
				bad[f.kind()] = append(s, cases[i].Seed)
			}
		}
	}
	for kind, seeds := range bad {
		if law, ok := strings.CutPrefix(kind, "3 "); ok && bad["2 "+law] != nil {
			continue // most likely the same
		}
		t.Errorf("%s: seeds %v; GOAT_EDITS=1 GOAT_EDITS_SEED=%d makes the first one alone", kind, seeds, seeds[0])
		show(t, Generate(seeds[0]), kind)
	}
	return len(bad) == 0
}

func check(t *testing.T, cases []*Case, precisions ...int) []Result {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	results, err := Check(context.Background(), dir, cases, precisions...)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	return results
}

// show shrinks a case that has a fault of a kind.
func show(t *testing.T, c *Case, kind string) {
	first := int(kind[0] - '0')
	precisions := []int{first, min(first+1, 3)}
	if !strings.Contains(kind, "next precision") {
		precisions = precisions[:1]
	}
	fails := func(c *Case) bool {
		return slices.ContainsFunc(check(t, []*Case{c}, precisions...)[0].Faults, func(f Fault) bool { return f.kind() == kind })
	}
	if !fails(c) {
		t.Error("it has no such fault when it is alone")
		return
	}
	c = Shrink(c, fails)
	r := check(t, []*Case{c}, 1, 2, 3)[0]
	for _, f := range r.Faults {
		t.Error(f)
	}
	t.Log("\n" + c.Show(r.Lines))
}
