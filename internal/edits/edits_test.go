package edits

import (
	"context"
	"os"
	"strconv"
	"testing"
)

// perRepository is how many cases share a repository: enough to make three
// runs for each of them cheap, few enough that git looks for renames.
const perRepository = 250

// TestPairs holds diffsrc against generated pairs of programs. GOAT_EDITS is
// how many there are, GOAT_EDITS_SEED the first one's seed.
func TestPairs(t *testing.T) {
	t.Parallel()
	number, first := variable(t, "GOAT_EDITS", 2000), variable(t, "GOAT_EDITS_SEED", 0)
	failures := 0
	for seed := first; seed < first+number && failures < 3; seed += perRepository {
		failures += checkSeeds(t, seed, min(seed+perRepository, first+number))
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

// checkSeeds checks the cases of some seeds and shows the first one that fails.
func checkSeeds(t *testing.T, from, to uint64) int {
	var cases []*Case
	for seed := from; seed < to; seed++ {
		cases = append(cases, Generate(seed))
	}
	counts := map[string]int{}
	bad := -1
	for i, r := range check(t, cases) {
		for _, f := range r.Faults {
			counts[f.kind()]++
		}
		if len(r.Faults) > 0 && bad < 0 {
			bad = i
		}
	}
	if bad < 0 {
		return 0
	}
	t.Errorf("faults of the seeds %d to %d: %v; GOAT_EDITS_SEED=%d GOAT_EDITS=1 makes the first one alone", from, to-1, counts, cases[bad].Seed)
	show(t, cases[bad])
	return 1
}

func check(t *testing.T, cases []*Case) []Result {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	results, err := Check(context.Background(), dir, cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	return results
}

// show shrinks a case to the first of its faults.
func show(t *testing.T, c *Case) {
	r := check(t, []*Case{c})[0]
	if len(r.Faults) == 0 {
		t.Error("it has no fault when it is alone")
		return
	}
	kind := r.Faults[0].kind()
	for _, f := range r.Faults {
		if k := os.Getenv("GOAT_EDITS_KIND"); k != "" && f.kind() == k {
			kind = k
		}
	}
	fails := func(c *Case) bool {
		for _, f := range check(t, []*Case{c})[0].Faults {
			if f.kind() == kind {
				return true
			}
		}
		return false
	}
	c = Shrink(c, fails)
	r = check(t, []*Case{c})[0]
	for _, f := range r.Faults {
		t.Error(f)
	}
	t.Log("\n" + c.Show(r.Lines))
}
