package diffsrc_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

// Comparisons of earlier builds change nothing: a work tree goes through random
// edits, and each line set is held against one that is computed afresh.
func TestComparisonsChangeNothing(t *testing.T) {
	t.Parallel()
	files := make(map[string]string)
	for i := range 10 {
		files[fmt.Sprintf("p%d/f%d.go", i%3, i)] = function(fmt.Sprintf("f%d", i), 4+i)
	}
	r, base := newRepo(t, files), maps.Clone(files)
	random := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return slices.Sorted(maps.Keys(files))[random.IntN(len(files))] }
	var kept []byte
	reused, most := 0, 0
	for step := range 14 {
		name := pick()
		switch other := pick(); random.IntN(5) {
		case 0:
			files[name] = function(fmt.Sprintf("g%d", step), 3+random.IntN(9))
		case 1: // a copy, perhaps with one of its lines changed
			files[fmt.Sprintf("p%d/copy%d.go", random.IntN(3), step)] = files[name]
		case 2: // moved
			files[fmt.Sprintf("p%d/moved%d.go", random.IntN(3), step)] = files[name] + "\nvar x = 1\n"
			delete(files, name)
		case 3: // a function moves to another file
			files[other] += files[name][len("package p\n"):]
			files[name] = "package p\n"
		case 4: // as it was
			files = maps.Clone(base)
		}
		for _, dir := range []string{"p0", "p1", "p2"} {
			if err := os.RemoveAll(filepath.Join(r.dir, dir)); err != nil {
				t.Fatal(err)
			}
		}
		r.write(files)

		o := r.options()
		o.Precision = 1 + step%7/6 // mostly 1
		want := compute(t, o)
		earlier := diffsrc.ReadComparisons(kept)
		o.Comparisons = earlier
		if diff := cmp.Diff(want, compute(t, o)); diff != "" {
			t.Fatalf("step %d: with earlier comparisons (-want +got):\n%s", step, diff)
		}
		data, news := earlier.Bytes()
		if !news {
			reused++
		}
		kept, most = data, max(most, len(data))
		if step%5 != 4 {
			continue
		}
		again := diffsrc.ReadComparisons(kept)
		o.Comparisons = again
		if diff := cmp.Diff(want, compute(t, o)); diff != "" {
			t.Fatalf("step %d: with all comparisons (-want +got):\n%s", step, diff)
		}
		if data, news := again.Bytes(); news || string(data) != string(kept) {
			t.Fatalf("step %d: the second time there is something new", step)
		}
	}
	if most == 0 || reused == 14 {
		t.Errorf("got %d bytes, and %d of 14 steps without news: the edits did not change enough", most, reused)
	}
}

// Comparisons that are cut off or changed are made again.
func TestDamagedComparisons(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 5), "b.go": function("b", 5)})
	r.write(map[string]string{"a.go": function("a", 6), "b.go": function("b", 7)})
	o := r.options()
	want := compute(t, o)
	o.Comparisons = diffsrc.ReadComparisons(nil)
	compute(t, o)
	whole, _ := o.Comparisons.Bytes()
	for _, data := range [][]byte{whole[:len(whole)-1], whole[:20], whole[:3], append(whole[:17:17], make([]byte, len(whole))...)} {
		o.Comparisons = diffsrc.ReadComparisons(data)
		if diff := cmp.Diff(want, compute(t, o)); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", len(data), diff)
		}
		if again, news := o.Comparisons.Bytes(); !news || string(again) != string(whole) {
			t.Errorf("%d bytes: got no whole comparisons afterwards", len(data))
		}
	}
}
