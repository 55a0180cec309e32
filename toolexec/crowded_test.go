package toolexec

import (
	"strings"
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

// TestCrowdedFunctions: the marker is for functions that can be inlined. In
// one with many points it makes the compiler slow.
func TestCrowdedFunctions(t *testing.T) {
	var hits []hit
	add := func(function string, n int) {
		for range n {
			hits = append(hits, hit{site: point.Site{Point: point.Point{Func: function}}})
		}
	}
	add("small", 80)
	add("large", 81)
	crowded := crowdedFunctions(hits)
	for _, tt := range []struct {
		function string
		marked   bool
	}{{"small", true}, {"large", false}} {
		g := generator{prefix: "goatTrack", element: "uint32", marker: "goatTrackMark"}
		code := g.hit(1, crowded[tt.function])
		if got := strings.Contains(code, g.marker); got != tt.marked {
			t.Errorf("%s: got %q, want the marker in it: %v", tt.function, code, tt.marked)
		}
	}
}
