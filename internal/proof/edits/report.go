package edits

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Checker checks cases at some precisions.
type Checker func(cases []*Case, precisions ...int) ([]Result, error)

// together is how many cases are checked at once. It is large enough to make the
// git processes for a repository cheap, and small enough that git looks for
// renames.
const together = 250

// enough is how many of these groups are shown with their faults.
const enough = 4

// casesASurplus says in how many cases there may be one statement that is changed
// and need not be. If a change has two readings that are equally right, the
// comparison sometimes takes the one in which more is changed, such as which of two
// equal headers stayed. That costs one point too many. A statement that must be
// changed and is not would be a change that nobody sees run: there must be none, in
// any number of cases.
const casesASurplus = 20_000

// Run checks the generated cases of number seeds from 0 on, or those that
// GOAT_EDITS and GOAT_EDITS_SEED name. checker makes a checker for each group of
// them.
func Run(t *testing.T, number uint64, checker func(*testing.T) Checker) {
	number, first := variable(t, "GOAT_EDITS", number), variable(t, "GOAT_EDITS_SEED", 0)
	var failed atomic.Int32
	var surplus surpluses
	t.Cleanup(func() { surplus.judge(t, number) })
	for seed := first; seed < first+number; seed += together {
		t.Run(fmt.Sprint("seeds from ", seed), func(t *testing.T) {
			t.Parallel()
			if failed.Load() >= enough {
				t.Skip("enough has failed")
			}
			reports, more, err := report(seed, min(seed+together, first+number), checker(t))
			if err != nil {
				t.Fatal(err)
			}
			surplus.add(more)
			for _, text := range reports {
				t.Error(text)
			}
			if len(reports) > 0 {
				failed.Add(1)
			}
		})
	}
}

// surpluses are the reports about statements that are changed and need not be.
type surpluses struct {
	mu      sync.Mutex
	reports []string
}

func (s *surpluses) add(reports []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, reports...)
}

// judge fails a test if this many cases have too many surpluses.
func (s *surpluses) judge(t *testing.T, cases uint64) {
	t.Helper()
	most := int(cases / casesASurplus)
	if len(s.reports) <= most {
		t.Logf("more is changed than must be in %d of %d cases, %d may be", len(s.reports), cases, most)
		return
	}
	t.Errorf("got more changed than must be in %d of %d cases, want at most %d\n%s", len(s.reports), cases, most, strings.Join(s.reports[:min(len(s.reports), enough)], "\n"))
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

// report checks the cases of the seeds from first to before end. It returns a text
// for each kind of fault, with the seeds and the smallest form of the first case.
// Statements that are changed and need not be are reported separately, with a text
// for each case.
func report(first, end uint64, check Checker) (reports, surplus []string, err error) {
	var cases []*Case
	for seed := first; seed < end; seed++ {
		cases = append(cases, Generate(seed))
	}
	results, err := check(cases, 1, 2, 3)
	if err != nil {
		return nil, nil, err
	}
	bad := make(map[string][]uint64) // seeds by kind of fault
	for i, r := range results {
		for _, f := range r.Faults {
			if s := bad[f.kind()]; len(s) == 0 || s[len(s)-1] != cases[i].Seed {
				bad[f.kind()] = append(s, cases[i].Seed)
			}
		}
	}
	told := make(map[uint64]bool) // a surplus at one precision is also one at the others
	for _, kind := range slices.Sorted(maps.Keys(bad)) {
		seeds := bad[kind]
		if law, ok := strings.CutPrefix(kind, "3 "); ok && bad["2 "+law] != nil {
			continue // most likely the same one
		}
		if isSurplus(kind) {
			for _, seed := range slices.DeleteFunc(seeds, func(seed uint64) bool { return told[seed] }) {
				told[seed] = true
				text, err := tell(kind, []uint64{seed}, check)
				if err != nil {
					return nil, nil, err
				}
				surplus = append(surplus, text)
			}
			continue
		}
		text, err := tell(kind, seeds, check)
		if err != nil {
			return nil, nil, err
		}
		reports = append(reports, text)
	}
	return reports, surplus, nil
}

// tell reports the seeds with a fault of a kind.
func tell(kind string, seeds []uint64, check Checker) (string, error) {
	text, err := smallest(Generate(seeds[0]), kind, check)
	return fmt.Sprintf("%s: seeds %v; GOAT_EDITS=1 GOAT_EDITS_SEED=%d makes the first one alone\n%s", kind, seeds, seeds[0], text), err
}

// smallest shows the smallest form of a case that has a fault of a kind.
func smallest(c *Case, kind string, check Checker) (string, error) {
	first := int(kind[0] - '0')
	precisions := []int{first, min(first+1, 3)}
	if !strings.Contains(kind, "next precision") {
		precisions = precisions[:1]
	}
	var failed error
	fails := func(c *Case) bool {
		results, err := check([]*Case{c}, precisions...)
		if err != nil {
			failed = err
			return false
		}
		return slices.ContainsFunc(results[0].Faults, func(f Fault) bool { return f.kind() == kind })
	}
	if !fails(c) {
		return "it has no such fault when it is alone", failed
	}
	c = Shrink(c, fails)
	if failed != nil {
		return "", failed
	}
	results, err := check([]*Case{c}, 1, 2, 3)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, f := range results[0].Faults {
		fmt.Fprintln(&text, f)
	}
	return text.String() + c.Show(results[0].Lines), nil
}
