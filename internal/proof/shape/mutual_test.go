package shape

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mostMutual is how many pairs of files may use each other's names, in goat's own
// module. It was 136 when the counting began, in half as many packages, and 35
// before the tracer came. New packages may have mutualOfAny each.
const mostMutual = 45

// mostMutualOfHub is the same of the hub's module, which had 3 in a third of
// today's packages.
const mostMutualOfHub = 23

// mostMutualIn has the packages with more such pairs than mutualOfAny.
var mostMutualIn = map[string]int{
	"analyzers/internal/blocks": 3,
	"diffsrc":                   3,
	"hub/fleet":                 3,
	"internal/proof/edits":      5,
	"internal/proof/oracle":     4,
	"rt":                        4,
	"rt/trace":                  4, // a recorder is in several files, by what it is for
}

const mutualOfAny = 2

func TestMutualUse(t *testing.T) {
	total, hub := 0, 0
	t.Log("pairs files package")
	for _, p := range chosen(t) {
		pairs := MutualUse(p)
		if strings.HasPrefix(p.Path, "hub/") {
			hub += len(pairs)
		} else {
			total += len(pairs)
		}
		t.Logf("%5d %5d %s", len(pairs), len(p.Syntax), p.Path)
		most := max(mutualOfAny, mostMutualIn[p.Path])
		if len(pairs) > most {
			t.Errorf("%s: got %d pairs of files that use each other's names, want at most %d: move what both need into one of the two, or into a file that uses neither", p.Path, len(pairs), most)
		}
		for _, pair := range pairs {
			if *only != "" || len(pairs) > most {
				t.Log(pair)
			}
		}
	}
	t.Logf("%5d in all, and %d in the hub", total, hub)
	if total > mostMutual || hub > mostMutualOfHub {
		t.Errorf("got %d pairs of files that use each other's names and %d in the hub, want at most %d and %d", total, hub, mostMutual, mostMutualOfHub)
	}
}

func TestMutualUseOfSmallModule(t *testing.T) {
	packages := write(t, map[string]string{
		"a.go": "package small\n\ntype A struct{ b *B }\n\nfunc (a A) M() { local := 1; _ = local; b() }\n",
		"b.go": "package small\n\ntype B struct{}\n\nfunc (*B) M() {}\n\nfunc b() { var a interface{ M() } = A{}; a.M() }\n",
		"c.go": "package small\n\nfunc c(l G[int]) { b(); (*B).M(nil); l.M() }\n",
		"d.go": "package small\n\ntype G[T any] struct{}\n\nfunc (G[T]) M() { c(G[int]{}) }\n",
		// The field is a's, the method has the name of another one.
		"e.go": "package small\n\nfunc e(x struct{ c int }) int { return x.c }\n\nfunc (g *B) e2() {}\n",
	})
	var got []Pair
	for _, p := range packages {
		got = append(got, MutualUse(p)...)
	}
	want := []Pair{
		{"a.go", "b.go", []string{"B", "b"}, []string{"A"}},
		{"c.go", "d.go", []string{"G", "G.M"}, []string{"c"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
}
