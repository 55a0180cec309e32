package edits

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	src := `package p

func f(a int) {
	x := g(func() {
		h(1)
	}, func() {
		h(2)
	})
	if a := i(func() { j() }); a {
		k(
			1,
			2,
		)
	} else if b {
		l()
	} else {
		m()
	}
	switch {
	case a, b:
		n()
	}
}

var v = func() {
	o()
}
`
	units, err := Units([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range units {
		var around []string
		for _, p := range u.Around {
			around = append(around, fmt.Sprint(p.Unit, " ", p.Branch))
		}
		got = append(got, fmt.Sprint(u.Func, ": ", u.Text, " ", u.Lines, " in ", strings.Join(around, ", ")))
	}
	want := []string{
		"f: func f ( a int ) { [3] in ",
		"f: x := g ( … , … ) [4 6 8] in 0 body",
		"f: h ( 1 ) [5] in 0 body, 1 literal1",
		"f: h ( 2 ) [7] in 0 body, 1 literal2",
		"f: if a := i ( … ) ; a { [9] in 0 body",
		"f: j ( ) [9] in 0 body, 4 literal1",
		"f: k ( 1 , 2 ) [10 11 12 13] in 0 body, 4 body",
		"f: else if b { [14] in 0 body, 4 else if",
		"f: l ( ) [15] in 0 body, 4 else if, 7 body",
		"f: m ( ) [17] in 0 body, 4 else if, 7 else",
		"f: switch { [19] in 0 body",
		"f: case a , b : [20] in 0 body, 10 body",
		"f: n ( ) [21] in 0 body, 10 body, 11 body",
		": o ( ) [26] in ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}
