package point_test

import (
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
)

func TestMessage(t *testing.T) {
	for _, c := range []struct {
		p    point.Point
		want string
	}{
		{point.Point{Kind: point.KindStmt, Lines: [][2]int{{3, 3}}}, "run of changed line 3"},
		{point.Point{Kind: point.KindStmt, Lines: [][2]int{{3, 4}, {7, 7}}}, "run of changed lines 3-4, 7"},
		{point.Point{Kind: point.KindThen}, "then branch of a changed header"},
		{point.Point{Kind: point.KindElse, Lines: [][2]int{{3, 4}}}, "else branch with changed lines 3-4"},
		{point.Point{Kind: point.KindLoop}, "loop body of a changed header"},
		{point.Point{Kind: point.KindCase, Lines: [][2]int{{9, 9}}}, "case with changed line 9"},
		{point.Point{Kind: point.KindDefault}, "default of a changed header"},
		{point.Point{Kind: point.KindFunc, Lines: [][2]int{{9, 10}}}, "entry of a function with changed lines 9-10"},
		{point.Point{Kind: point.KindManual}, "tracking point asked for by +goat:insert"},
	} {
		if got := c.p.Message(); got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.p.Kind, c.p.Lines, got, c.want)
		}
	}
}

func TestFactString(t *testing.T) {
	f := &point.Fact{Package: "p", Points: []point.Point{
		{File: "a.go", Line: 3, Func: "f", Kind: point.KindStmt},
		{File: "b.go", Line: 1, Func: "(*T).g", Kind: point.KindManual},
	}}
	if got, want := f.String(), "points(a.go:3 f stmt, b.go:1 (*T).g manual)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
