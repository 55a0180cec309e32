package profile_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/hub/report/profile"
)

const program = `
-- go.mod --
module example.com/shop

go 1.26
-- main.go --
package main

import (
	"fmt"
	"encoding/csv"
	"os"
	"strings"
	"text/tabwriter"

	"example.com/shop/cart"
)

var twice = func(n int) int { return 2 * n }

func init() { fmt.Sprint() }
func init() { fmt.Sprintln() }

func main() {
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(arg, "x") {
			fmt.Println(cart.Sum(1, twice(2)))
			csv.NewWriter(tabwriter.NewWriter(os.Stdout, 1, 8, 1, '\t', 0)).Write(os.Args)
		} else {
			cart.Each(3, func(int) {})
		}
	}
}
-- cart/cart.go --
package cart

func Sum(list ...int) (sum int) {
	for _, n := range list {
		sum += n
	}
	return sum
}

func Each(n int, f func(int)) {
	for i := range n {
		f(i)
	}
}

func never() {}

type T[K any] struct{}

func (*T[K]) m() { never() }
`

func readMeta(t testing.TB, data []byte) *profile.Meta {
	t.Helper()
	m, err := profile.ReadMeta(data, profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func profileOf(t testing.TB, m *profile.Meta, counters ...[]byte) *profile.Profile {
	t.Helper()
	p, err := m.Profile(profile.DefaultLimits, counters...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What real processes wrote reads as `go tool covdata` does.
func TestCovdata(t *testing.T) {
	dir := covered.Module(t, program)
	for name, args := range map[string][]string{
		"set": {"-covermode=set"}, "count": {"-covermode=count"}, "atomic": {"-covermode=atomic"},
		"packages": {"-covermode=atomic", "-coverpkg=example.com/shop/...,text/tabwriter,encoding/csv"},
	} {
		t.Run(name, func(t *testing.T) {
			binary := covered.Binary(t, dir, append(args, ".")...)
			d := covered.RunBinary(t, binary, nil, []string{"x", "xy"}, []string{"a", "xz", "b"})
			got := profileOf(t, readMeta(t, d.Meta), d.Counters...)
			want := parse(t, string(covered.Textfmt(t, d.Dir)))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("profile (-covdata +got):\n%s", diff)
			}
			if got.Total().Covered == 0 || got.Total().Covered == got.Total().Statements {
				t.Errorf("got a total of %v, want some statements covered and some not", got.Total())
			}
		})
	}
}

// Merged files of covdata have several segments, and fixed numbers.
func TestCovdataMerged(t *testing.T) {
	binary := covered.Binary(t, covered.Module(t, program), "-covermode=atomic", ".")
	d := covered.RunBinary(t, binary, []string{"x"}, []string{"a"})
	meta := readMeta(t, d.Meta)
	both := profileOf(t, meta, d.Counters...)

	one, two := profileOf(t, meta, d.Counters[0]), profileOf(t, meta, d.Counters[1])
	merged, differ := profile.Merge(one, two)
	if diff := cmp.Diff(both, merged); diff != "" || len(differ) > 0 {
		t.Errorf("merging profiles differs from adding counters (-counters +profiles), %q:\n%s", differ, diff)
	}
	if none := profileOf(t, meta); none.Total().Covered != 0 || none.Total().Statements != both.Total().Statements {
		t.Errorf("without counters: got %v, want nothing of %v", none.Total(), both.Total())
	}
}

func TestCountersOfAnotherBuild(t *testing.T) {
	dir := covered.Module(t, program)
	d := covered.RunBinary(t, covered.Binary(t, dir, "-covermode=atomic", "."), nil)
	other := covered.RunBinary(t, covered.Binary(t, dir, "-covermode=atomic", "-coverpkg=example.com/shop/...,text/tabwriter", "."), nil)
	_, err := readMeta(t, d.Meta).Profile(profile.DefaultLimits, d.Counters[0], other.Counters[0])
	if !errors.Is(err, profile.ErrOtherBuild) || !strings.Contains(err.Error(), "file 2 of 2") {
		t.Errorf("got %v, want ErrOtherBuild of file 2", err)
	}
}

// Damage is an error or makes no difference, never a panic.
func TestDamagedCovdata(t *testing.T) {
	d := covered.RunBinary(t, covered.Binary(t, covered.Module(t, program), "-covermode=atomic", "."), []string{"x"})
	meta := readMeta(t, d.Meta)
	want := profileOf(t, meta, d.Counters...)
	for i := range d.Meta {
		if _, err := profile.ReadMeta(d.Meta[:i], profile.DefaultLimits); err == nil {
			t.Errorf("the first %d of %d bytes of meta data: got no error", i, len(d.Meta))
		}
		damaged := bytes.Clone(d.Meta)
		damaged[i] ^= 0xff
		if m, err := profile.ReadMeta(damaged, profile.DefaultLimits); err == nil {
			m.Profile(profile.DefaultLimits, d.Counters...)
		}
	}
	for i := range d.Counters[0] {
		if p, err := meta.Profile(profile.DefaultLimits, d.Counters[0][:i]); err == nil {
			t.Errorf("the first %d of %d bytes of counters: got no error, %v of %v", i, len(d.Counters[0]), p.Total(), want.Total())
		}
	}
	if _, err := meta.Profile(profile.DefaultLimits, append(bytes.Clone(d.Counters[0]), 0)); err == nil {
		t.Error("a byte too many: got no error")
	}
}

// FuzzCovdata: neither file makes the reader panic, hang or take memory without
// end.
func FuzzCovdata(f *testing.F) {
	d := covered.RunBinary(f, covered.Binary(f, covered.Module(f, program), "-covermode=atomic", "."), []string{"x", "a"})
	f.Add(d.Meta, d.Counters[0])
	f.Add([]byte("\x00cvm"), []byte("\x00cwm"))
	limits := profile.Limits{Bytes: 1 << 20, Files: 100, Blocks: 10_000, Name: 100}
	f.Fuzz(func(t *testing.T, meta, counters []byte) {
		m, err := profile.ReadMeta(meta, limits)
		if err != nil {
			return
		}
		p, err := m.Profile(limits, counters)
		if err != nil {
			if p, err = m.Profile(limits); err != nil {
				return
			}
		}
		if again := parse(t, text(t, p)); !cmp.Equal(p, again) {
			t.Errorf("written and read again:\n%s", cmp.Diff(p, again))
		}
	})
}
