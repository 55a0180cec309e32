package coverage_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
)

// build makes a build with points a, b, c …, each in its own function, in one
// component.
func build(commit string, ids ...string) *coverage.Build {
	b := &coverage.Build{App: "app", Version: "v1", Package: "example.com/app", Commit: commit, Base: "v0", Granularity: "patch"}
	c := coverage.Component{Name: b.Package}
	for i, id := range ids {
		c.Sites = append(c.Sites, i)
		b.Sites = append(b.Sites, coverage.Site{StableID: id, Package: "example.com/app", File: id + ".go", Line: 1, EndLine: 1, Func: "F" + id, Kind: "stmt"})
	}
	b.Components = []coverage.Component{c}
	return b
}

var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func process(name string, b *coverage.Build, counts ...uint64) *coverage.Process {
	p := &coverage.Process{Place: name, Host: name, PID: 1, Started: start, Build: b, Counts: counts}
	for i, n := range counts {
		p.First = append(p.First, 0)
		if n > 0 {
			p.First[i] = start.Add(time.Duration(len(name)) * time.Second).UnixNano()
		}
	}
	return p
}

// row is what a test expects of a point.
func row(p coverage.Point) string {
	text := fmt.Sprintf("%s %s %d %d/%d", p.StableID, p.State(), p.Count, p.Ran, p.Of)
	if p.FirstIn != nil {
		text += " " + p.FirstIn.Place
	}
	return text
}

func rows(r *coverage.Release) (list []string) {
	for _, p := range r.Points {
		list = append(list, row(p))
	}
	return list
}

// TestFivePods is the most common question: no single pod knows the whole answer.
func TestFivePods(t *testing.T) {
	t.Parallel()
	b := build("c1", "a", "b", "c", "d", "e")
	releases := coverage.Merge([]*coverage.Process{
		process("pod-5", b, 0, 0, 0, 0, 0),
		process("pod-4", b, 0, 1, 1, 1, 0),
		process("pod-3", b, 1, 1, 0, 1, 0),
		process("pod-2", b, 1, 0, 1, 1, 0),
		process("pod-1", b, 1, 1, 1, 0, 0),
	})
	if len(releases) != 1 {
		t.Fatalf("got %d releases, want 1", len(releases))
	}
	r := releases[0]
	if got, want := r.Total(), (coverage.Total{Total: 5, Covered: 4, Some: 4}); got != want || got.Percent() != 80 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want := []string{"a some 3 3/5 pod-1", "b some 3 3/5 pod-1", "c some 3 3/5 pod-1", "d some 3 3/5 pod-2", "e never 0 0/5"}
	if diff := cmp.Diff(want, rows(r)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	var missing []string
	for _, p := range r.Missing(0) {
		missing = append(missing, p.Place)
	}
	if diff := cmp.Diff([]string{"pod-4", "pod-5"}, missing); diff != "" {
		t.Errorf("where a did not run (-want +got):\n%s", diff)
	}
}

// TestWhatIsOneRelease compares builds that are one release, and builds that are
// not.
func TestWhatIsOneRelease(t *testing.T) {
	t.Parallel()
	change := func(f func(*coverage.Build)) *coverage.Build {
		b := build("c1", "a", "b")
		f(b)
		return b
	}
	for _, test := range []struct {
		name string
		a, b *coverage.Build
		want int
	}{
		{"one commit", build("c1", "a", "b"), build("c1", "a", "b"), 1},
		{"another architecture", build("c1", "a", "b"), build("c1", "a", "x"), 1},
		{"another program", build("c1", "a"), change(func(b *coverage.Build) { b.Package, b.App = "example.com/worker", "worker" }), 1},
		{"another commit", build("c1", "a", "b"), build("c2", "a", "b"), 2},
		{"another base", build("c1", "a", "b"), change(func(b *coverage.Build) { b.Base = "v-1" }), 2},
		{"a base by another name", change(func(b *coverage.Build) { b.BaseCommit = "b" }), change(func(b *coverage.Build) { b.Base, b.BaseCommit = "x", "b" }), 1},
		{"a base that has moved", change(func(b *coverage.Build) { b.BaseCommit = "b" }), change(func(b *coverage.Build) { b.BaseCommit = "c" }), 2},
		{"another granularity", build("c1", "a", "b"), change(func(b *coverage.Build) { b.Granularity = "line" }), 2},
		{"changes beside it", build("c1", "a", "b"), change(func(b *coverage.Build) { b.Modified = true }), 2},
		{"the same changes", change(func(b *coverage.Build) { b.Modified = true }), change(func(b *coverage.Build) { b.Modified = true }), 1},
		{"other changes", change(func(b *coverage.Build) { b.Modified = true }), change(func(b *coverage.Build) { b.Modified, b.Sites[0].StableID = true, "z" }), 2},
		{"no commit, the same points", build("", "a", "b"), build("", "a", "b"), 1},
		{"no commit, other points", build("", "a", "b"), build("", "a", "c"), 2},
		{"no commit, another version", build("", "a", "b"), change(func(b *coverage.Build) { b.Commit, b.Version = "", "v2" }), 2},
	} {
		got := coverage.Merge([]*coverage.Process{process("p", test.a, 1), process("q", test.b, 1)})
		if len(got) != test.want {
			t.Errorf("%s: got %d releases, want %d", test.name, len(got), test.want)
		}
	}
}

func TestOneProcessCountsOnce(t *testing.T) {
	t.Parallel()
	b := build("c1", "a", "b")
	r := coverage.Merge([]*coverage.Process{process("p", b, 2, 1), process("p", b, 1, 0)})[0]
	if diff := cmp.Diff([]string{"a all 2 1/1 p", "b all 1 1/1 p"}, rows(r)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	later := process("p", b, 1, 0)
	later.Started = start.Add(time.Second)
	if r := coverage.Merge([]*coverage.Process{process("p", b, 2, 1), later})[0]; r.Points[0].Count != 3 {
		t.Errorf("got the count %d, want that of both: one was started after the other", r.Points[0].Count)
	}
	unknown := func() *coverage.Process {
		p := process("p", b, 1, 0)
		p.Started = time.Time{}
		return p
	}
	if r := coverage.Merge([]*coverage.Process{unknown(), unknown()})[0]; len(r.Processes) != 2 {
		t.Errorf("got %d processes of which nobody knows when they started, want 2", len(r.Processes))
	}
}

// TestOddCounters has counts too large to add. And a page may say less than its build has.
func TestOddCounters(t *testing.T) {
	t.Parallel()
	b := build("c1", "a", "b")
	r := coverage.Merge([]*coverage.Process{process("p", b, math.MaxUint64), process("q", b, 5, 1)})[0]
	if got := r.Points[0].Count; got != math.MaxUint64 {
		t.Errorf("got %d, want the largest number", got)
	}
	if got, want := row(r.Points[1]), "b some 1 1/2 q"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestComponents has two programs that share a package. A component counts only
// what its own programs ran.
func TestComponents(t *testing.T) {
	t.Parallel()
	server, worker := build("c1", "lib", "s"), build("c1", "lib", "w")
	worker.Package, worker.App = "example.com/worker", "worker"
	worker.Components[0].Name = worker.Package
	server.Components = append(server.Components, coverage.Component{Name: "billing", Sites: []int{0}})
	r := coverage.Merge([]*coverage.Process{process("s1", server, 0, 1), process("s2", server, 0, 0), process("w", worker, 1, 0)})[0]
	want := []coverage.Total{
		{Name: "example.com/app", Total: 2, Covered: 1, Some: 1},
		{Name: "billing", Total: 1},
		{Name: "example.com/worker", Total: 2, Covered: 1},
	}
	if diff := cmp.Diff(want, r.Components()); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if got, want := r.Total(), (coverage.Total{Total: 3, Covered: 2, Some: 2}); got != want {
		t.Errorf("got %+v of all, want %+v", got, want)
	}
	for value, want := range map[string][]string{
		"billing": {"lib never 0 0/2"}, "1": {"lib never 0 0/2"}, "app": {"lib never 0 0/2", "s some 1 1/2 s1"}, "example.com/worker": {"lib all 1 1/1 w", "w never 0 0/1"},
	} {
		narrow, err := r.Narrow([]string{value})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rows(narrow)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	if _, err := r.Narrow([]string{"nobody"}); err == nil {
		t.Error("got no error about an unknown component")
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	b := build("c1", "a", "b", "c")
	b.Sites[2].Package = "example.com/app/lib"
	yes, no := true, false
	r := coverage.Merge([]*coverage.Process{process("p", b, 3, 0, 1)})[0]
	for _, test := range []struct {
		name string
		f    coverage.Filter
		want string
	}{
		{"nothing", coverage.Filter{Order: coverage.IDAscending}, "abc"},
		{"count ascending", coverage.Filter{}, "bca"},
		{"count descending", coverage.Filter{Order: coverage.CountDescending}, "acb"},
		{"id descending", coverage.Filter{Order: coverage.IDDescending}, "cba"},
		{"covered", coverage.Filter{Covered: &yes}, "ca"},
		{"not covered", coverage.Filter{Covered: &no}, "b"},
		{"file", coverage.Filter{File: []string{"a.go", "b*"}}, "ba"},
		{"func", coverage.Filter{Func: []string{"*c"}}, "c"},
		{"package", coverage.Filter{Package: []string{"example.com/app"}}, "ba"},
		{"package pattern", coverage.Filter{Package: []string{"example.com/app/..."}}, "bca"},
		{"package text", coverage.Filter{Package: []string{"*/lib"}}, "c"},
	} {
		got := ""
		for _, i := range r.Select(test.f) {
			got += r.Points[i].StableID
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestMergeIsOrderless merges the same generated processes in different orders.
func TestMergeIsOrderless(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	ids := []string{"a", "b", "c", "d", "e", "f"}
	for range 200 {
		var processes []*coverage.Process
		for i := range 1 + random.IntN(8) {
			random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			b := build([]string{"c1", "c2", ""}[random.IntN(3)], slices.Sorted(slices.Values(ids[:1+random.IntN(len(ids))]))...)
			var counts []uint64
			for range b.Sites {
				counts = append(counts, uint64(random.IntN(3)))
			}
			processes = append(processes, process(fmt.Sprint("p", i), b, counts...))
		}
		text := func() (list []string) {
			for _, r := range coverage.Merge(processes) {
				list = append(append(list, r.Build.Commit), rows(r)...)
				checkAgainstSum(t, r)
			}
			return list
		}
		before := text()
		slices.Reverse(processes)
		if diff := cmp.Diff(before, text()); diff != "" {
			t.Fatalf("in another order (-before +after):\n%s", diff)
		}
	}
}

// checkAgainstSum adds the counters up without the merge.
func checkAgainstSum(t *testing.T, r *coverage.Release) {
	t.Helper()
	for i, p := range r.Points {
		var count uint64
		ran, of := 0, 0
		for _, process := range r.Processes {
			for j, s := range process.Build.Sites {
				if s.StableID != p.StableID {
					continue
				}
				of++
				count += process.Counts[j]
				if process.Counts[j] > 0 {
					ran++
				}
			}
		}
		if p.Count != count || p.Ran != ran || p.Of != of || len(r.RanIn(i)) != ran || len(r.Missing(i)) != of-ran {
			t.Fatalf("got %s, want %d %d/%d", row(p), count, ran, of)
		}
	}
}

// fleet makes pods that do not share their builds, as after reading separate pages.
func fleet(pods, points int) []*coverage.Process {
	var ids []string
	for i := range points {
		ids = append(ids, fmt.Sprintf("%016x", i))
	}
	var processes []*coverage.Process
	for pod := range pods {
		counts := make([]uint64, points)
		for i := range counts {
			if (i+pod)%10 != 0 && i%5 != 0 {
				counts[i] = uint64(pod + 1)
			}
		}
		processes = append(processes, process(fmt.Sprintf("pod-%02d", pod), build("c1", ids...), counts...))
	}
	return processes
}

// TestManyPods merges as many pods as must be fast, see BenchmarkMerge.
func TestManyPods(t *testing.T) {
	t.Parallel()
	r := coverage.Merge(fleet(50, 10_000))[0]
	if got, want := r.Total(), (coverage.Total{Total: 10_000, Covered: 8000, Some: 8000}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Point 1 did not run in pods 9, 19, 29, 39 and 49.
	if got, want := r.Points[1], 50*51/2-(10+20+30+40+50); got.Count != uint64(want) || got.Ran != 45 || got.Of != 50 {
		t.Errorf("got %s, want the count %d and 45 of 50", row(got), want)
	}
}

func BenchmarkMerge(b *testing.B) {
	processes := fleet(50, 10_000)
	for b.Loop() {
		if r := coverage.Merge(processes); len(r) != 1 {
			b.Fatalf("got %d releases", len(r))
		}
	}
}
