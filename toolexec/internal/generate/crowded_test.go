package generate

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

// TestCrowded checks that functions with many hits, where a marker makes the
// compiler slow, get plain hits.
func TestCrowded(t *testing.T) {
	var src strings.Builder
	src.WriteString("package p\n\nfunc caller() {\n")
	for i := range 300 {
		fmt.Fprintf(&src, "\toften(%d)\n", i)
	}
	for i := range 300 {
		fmt.Fprintf(&src, "\tx.method(%d)\n", i)
	}
	src.WriteString("\tseldom[int](1)\n")
	src.WriteString("}\n\nfunc other() {\n\tsmall()\n\tfew()\n")
	for range 50 {
		src.WriteString("\tlong()\n")
	}
	src.WriteString("}\n\nvar table = []int{\n")
	for i := range 300 {
		fmt.Fprintf(&src, "\trow(%d),\n", i)
	}
	src.WriteString("}\n\nvar more = []int{\n")
	for i := range 300 {
		fmt.Fprintf(&src, "\trow(%d),\n", i)
	}
	src.WriteString("}\n")
	for _, name := range []string{"often", "seldom", "row", "small", "few", "large"} {
		fmt.Fprintf(&src, "\nfunc %s(n int) int { return n }\n", name)
	}
	src.WriteString("\nfunc (T) method(n int) { n++ }\n")
	fmt.Fprintf(&src, "\nfunc long() {%s}\n", strings.Repeat("n++;", 100))
	syntax, err := parser.ParseFile(token.NewFileSet(), "p.go", src.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f := &File{Syntax: syntax}
	p := &Package{Files: []*File{f, {}}}
	add := func(function string, n int) {
		for range n {
			f.Hits = append(f.Hits, Hit{Site: point.Site{Point: point.Point{Func: function}}})
		}
	}
	tests := []struct {
		function string
		points   int
		marked   bool
	}{
		{"small", 80, true}, {"large", 81, false}, {"caller", 1, true}, {"few", 1, true},
		{"often", 1, false}, {"T.method", 1, false}, {"seldom", 1, false}, {"row", 1, false}, {"long", 80, true},
	}
	for _, tt := range tests {
		add(tt.function, tt.points)
	}
	crowded := p.crowded()
	for _, tt := range tests {
		g := hits{prefix: "goatTrack", element: "uint32", marker: "goatTrackMark"}
		code := g.statement(1, crowded.hold(tt.function))
		if got := strings.Contains(code, g.marker); got != tt.marked {
			t.Errorf("%s: got %q, want the marker in it: %v", tt.function, code, tt.marked)
		}
	}
}
