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
	const (
		marked  = "goatTrackMark[0]=goatTrackHit(1)"
		checked = "if goatTrack[1]==0{goatTrack[1]=1}"
		stored  = "goatTrack[1]=1"
	)
	tests := []struct {
		function string
		points   int
		want     string
	}{
		{"small", 80, marked}, {"large", 81, checked}, {"larger", 400, checked}, {"huge", 401, stored}, {"caller", 1, marked}, {"few", 1, marked},
		{"often", 1, stored}, {"T.method", 1, stored}, {"seldom", 1, stored}, {"row", 1, stored}, {"long", 80, marked},
	}
	for _, tt := range tests {
		add(tt.function, tt.points)
	}
	crowded := p.crowded()
	for _, tt := range tests {
		g := hits{prefix: "goatTrack", element: "uint32", marker: "goatTrackMark"}
		if got := g.statement(1, crowded.style(tt.function)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.function, got, tt.want)
		}
	}
}
