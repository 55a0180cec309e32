package excuse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/excuse"
)

const text = `package p

//goat:ignore until=2027-03-01 the whole of f
func f() {
	a()
}

func g(n int) error {
	if n == 0 { //goat:ignore until=2027-03-01 a branch
		b()
		c()
	}
	//goat:ignore until=2027-03-01 what is below
	if n == 1 {
		return errors.New("one")
	}
	for {
		//goat:ignore until=2027-03-01 the block

		d()
		e()
	}
	switch n {
	case 2: //goat:ignore until=2027-03-01 a clause
		h()
	default:
		//goat:ignore until=2027-03-01 a statement
		i(
			1)
	}
	j() //goat:ignore until=2027-13-01 no month
	k() //goat:ignore until=2027-12-01
	l() //goat:ignore
	return nil
}
`

func TestReach(t *testing.T) {
	t.Parallel()
	f := excuse.Read([]byte(text))
	got := make(map[string]string)
	for _, e := range f.Excuses {
		got[e.Reason] = fmt.Sprintf("%d-%d", e.First, e.Last)
	}
	want := map[string]string{"the whole of f": "4-6", "a branch": "9-11", "what is below": "14-16", "the block": "17-21", "a clause": "24-25", "a statement": "26-29"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var problems []string
	for _, err := range f.Problems {
		problems = append(problems, err.Error())
	}
	if diff := cmp.Diff([]string{
		`line 31: goat:ignore excuses nothing: "2027-13-01" is no date; write for example until=2027-03-01`,
		"line 32: goat:ignore excuses nothing: the reason is missing; write it behind the date",
	}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestInForce(t *testing.T) {
	t.Parallel()
	e := excuse.Read([]byte("//goat:ignore until=2027-03-01 why\n\npackage p\n")).Find(2, 3, false)
	if e == nil {
		t.Fatal("got no excuse, want that of the file")
	}
	for day, want := range map[string]bool{"2027-02-28T00:00:00Z": true, "2027-03-01T23:59:59Z": true, "2027-03-02T00:00:00Z": false} {
		now, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.InForce(now); got != want {
			t.Errorf("on %s: got %t, want %t", day, got, want)
		}
	}
}

func TestErrorPaths(t *testing.T) {
	t.Parallel()
	f := excuse.Read([]byte(`package p

func f() error {
	if err := a(); err != nil {
		b()
	}
	if err == nil {
		c()
	} else {
		d()
	}
	if errors.Is(err, io.EOF) {
		e()
	}
	if n > 1 {
		return fmt.Errorf("large")
	}
	if n > 2 {
		return nil
	}
	if x {
		panic("x")
	}
	switch {
	case err != nil:
		g()
	case n > 3:
		log.Fatal("n")
	default:
		h()
	}
	if errand != nil {
		i()
	}
	return nil
}
`))
	want := [][2]int{{4, 6}, {9, 11}, {12, 14}, {15, 17}, {21, 23}, {25, 26}, {27, 28}}
	if diff := cmp.Diff(want, f.ErrorPaths); diff != "" {
		t.Errorf("error paths (-want +got):\n%s", diff)
	}
}

// The only statement of a branch stands for the branch; its header is another's.
func TestOnlyStatement(t *testing.T) {
	t.Parallel()
	f := excuse.Read([]byte("package p\n\nfunc f() {\n\tif x {\n\t\t//goat:ignore until=2027-03-01 why\n\t\tg()\n\t}\n}\n"))
	for _, c := range []struct {
		first, last int
		branch      bool
		want        bool
	}{{4, 4, true, true}, {4, 4, false, false}, {6, 6, false, true}, {3, 3, true, false}} {
		if got := f.Find(c.first, c.last, c.branch) != nil; got != c.want {
			t.Errorf("%+v: got %t", c, got)
		}
	}
}
