package oracle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/proof/oracle"
)

func TestDivide(t *testing.T) {
	src := `package x

func f(c chan int) (n int) {
	n++; n++
	if n > 0 { a(); b() } else if n < 0 {
		return
	}
	if n := a(); n && b() == 1 { return }
loop:
	for {
		switch n {
		case 1:
			n++
			fallthrough
		default:
		}
		select {
		case <-c:
			func() { a(); b() }()
			break loop
		}
	}
	return
}
`
	want := `package x

func f(c chan int) (n int) {
	n++; {};n++
	{};if n > 0 { a(); {};b() } else if n < 0 {
		return
	}
	{};if n := a(); func() (oracleCondition bool) { oracleCondition = bool(n && b() == 1); {}; return }() { return }
{};loop:
	for {
		switch n {
		case 1:
			n++
			{};fallthrough
		default:
		}
		{};select {
		case <-c:
			func() { a(); {};b() }()
			{};break loop
		}
	}
	{};return
}
`
	got, err := oracle.Divide([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("divided source differs (-want +got):\n%s", diff)
	}
	if _, err := oracle.Divide([]byte("package")); err == nil {
		t.Error("got no error for a file without a name")
	}
}
