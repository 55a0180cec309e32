package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/hub/report/profile"
)

// Two commits of a package. Between them old.go was renamed and its lines moved;
// same and method stayed but for layout, edited was edited, one init is new,
// moved has another file.
const (
	oldCommit = `
-- go.mod --
module example.com/m

go 1.26
-- old.go --
package m

func init() { count++ }

var count int

func same(n int) int {
	if n > 0 {
		return n
	}
	return -n
}

func edited(n int) int {
	if n > 0 {
		return n
	}
	return -n
}

type T[K any] struct{}

func (t *T[K]) method() { count++ }

var hook = func(n int) { count += n }
-- a.go --
package m

func moved() { count++; if count > 1000 { count = 0 } }

func gone() { count++ }
`
	oldTest = `
-- m_test.go --
package m

import "testing"

func Test(t *testing.T) {
	same(1)
	edited(1)
	new(T[int]).method()
	hook(1)
	moved()
	gone()
}
`
	newCommit = `
-- go.mod --
module example.com/m

go 1.26
-- renamed.go --
package m

// The lines are others now.
import "fmt"

func init() { count++ }

func init() { fmt.Sprint() }

var count int

func same(
	n int,
) int {
	if n > 0 { // Positive.
		return n
	}

	return -n
}

func edited(n int) int {
	if n > 1 {
		return n
	}
	return -n
}

type T[K any] struct{}

func (t *T[K]) method() {
	count++
}

func (t T2) method() { count++ }

type T2 struct{}

var (
	hook = func(n int) { count += n }
)

func moved() {
	count++
	if count > 1000 {
		count = 0
	}
}

func added() { count++ }
`
	newTest = `
-- m_test.go --
package m

import "testing"

func Test(t *testing.T) { same(-1) }
`
)

func version(t *testing.T, archive string, args ...string) report.Version {
	t.Helper()
	dir := covered.Module(t, archive)
	p := parse(t, covered.TestProfile(t, dir, append(args, ".")...))
	shapes, err := report.ReadShapes(context.Background(), p, covered.Sources{"example.com/m": dir})
	if err != nil {
		t.Fatal(err)
	}
	return report.Version{Profile: p, Shapes: shapes}
}

// ranLines lists the lines on which blocks that ran begin.
func ranLines(p *profile.Profile) (lines []string) {
	for _, f := range p.Files {
		for _, b := range f.Blocks {
			if b.Count > 0 {
				lines = append(lines, fmt.Sprintf("%s:%d.%d", strings.TrimPrefix(f.Name, "example.com/m/"), b.StartLine, b.StartCol))
			}
		}
	}
	return lines
}

func TestCarry(t *testing.T) {
	old, now := version(t, oldCommit+oldTest), version(t, newCommit+newTest)
	got, c := report.Carry(now, old)
	want := []string{
		"renamed.go:6.13", "renamed.go:8.13", // init: both ran in the new version
		"renamed.go:14.7",  // same: its header ran in both
		"renamed.go:15.11", // … and its branch in the old one
		"renamed.go:19.2",  // … and its end in the new one
		"renamed.go:31.25", // method, of T and not of T2
		"renamed.go:40.21", // hook
		"renamed.go:43.14", // moved; its branch never ran
	}
	if diff := cmp.Diff(want, ranLines(got)); diff != "" {
		t.Errorf("blocks that ran (-want +got):\n%s", diff)
	}
	if want := (report.Carried{Unchanged: 5, Changed: 4, Blocks: 4}); c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if diff := cmp.Diff([]string{"renamed.go:6.13", "renamed.go:8.13", "renamed.go:14.7", "renamed.go:19.2"}, ranLines(now.Profile)); diff != "" {
		t.Errorf("the new version's own profile was changed (-want +got):\n%s", diff)
	}

	text, err := json.Marshal(old.Shapes)
	if err != nil {
		t.Fatal(err)
	}
	var kept report.Shapes
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	again, _ := report.Carry(now, report.Version{Profile: old.Profile, Shapes: kept})
	if diff := cmp.Diff(got, again); diff != "" {
		t.Errorf("with shapes that were kept as JSON (-want +got):\n%s", diff)
	}
}

// Counts are added in modes that count.
func TestCarryCounts(t *testing.T) {
	old, now := version(t, oldCommit+oldTest, "-covermode=count"), version(t, newCommit+newTest, "-covermode=count")
	got, _ := report.Carry(now, old)
	b, ok := got.File("example.com/m/renamed.go").At(15, 2)
	if !ok || b.Count != 2 {
		t.Errorf("the header of same: got %+v, want a count of 2", b)
	}
	set, _ := report.Carry(now, version(t, oldCommit+oldTest))
	if b, _ := set.File("example.com/m/renamed.go").At(15, 2); set.Mode != profile.Set || b.Count != 1 {
		t.Errorf("count and set: got mode %s and count %d, want set and 1", set.Mode, b.Count)
	}
}

// Over three commits, the oldest first.
func TestCarryOverCommits(t *testing.T) {
	commit := func(calls string) report.Version {
		return version(t, "-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- a.go --\npackage m\n\nfunc a() {}\n\nfunc b() {}\n\nfunc c() {}\n"+
			"-- m_test.go --\npackage m\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { "+calls+" }\n")
	}
	first, second, third := commit("a()"), commit("b()"), commit("c()")
	middle, _ := report.Carry(second, first)
	got, _ := report.Carry(third, report.Version{Profile: middle, Shapes: second.Shapes})
	// The blocks of empty functions hold no statement and are no declaration's.
	if diff := cmp.Diff([]string{"a.go:7.11"}, ranLines(got)); diff != "" {
		t.Errorf("blocks that ran (-want +got):\n%s", diff)
	}
}

// Shapes may come from anybody.
func TestCarryHostileShapes(t *testing.T) {
	v := version(t, oldCommit+oldTest)
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		lying := make(report.Shapes)
		for name, shapes := range v.Shapes {
			for _, s := range shapes {
				s.Statements = s.Statements[:r.IntN(len(s.Statements)+1)]
				for i := range s.Statements {
					if r.IntN(3) == 0 {
						s.Statements[i].Line = r.Uint32()
					}
				}
				lying[name] = append(lying[name], s)
			}
		}
		report.Carry(v, report.Version{Profile: v.Profile, Shapes: lying})
		report.Carry(report.Version{Profile: v.Profile, Shapes: lying}, v)
	}
}
