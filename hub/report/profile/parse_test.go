package profile_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/cover"

	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/hub/report/profile"
	"github.com/goat-trace/goat/internal/bounded"
)

func parse(t testing.TB, text string) *profile.Profile {
	t.Helper()
	p, err := profile.Parse([]byte(text), profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func text(t testing.TB, p *profile.Profile) string {
	t.Helper()
	b, err := p.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParse(t *testing.T) {
	got := parse(t, "mode: count\r\n"+
		"m/b.go:3.10,5.2 2 7\n"+
		"m/a: b.go:9.1,9.20 1 0\n"+
		"m/b.go:1.2,3.4 5 0\n"+
		"m/b.go:3.10,5.2 2 9223372036854775807\n"+
		"m/l.go:7.0,3.0 1 1") // as a //line directive leaves it
	want := &profile.Profile{Mode: profile.Count, Files: []profile.File{
		{Name: "m/a: b.go", Blocks: []profile.Block{{StartLine: 9, StartCol: 1, EndLine: 9, EndCol: 20, NumStmt: 1}}},
		{Name: "m/b.go", Blocks: []profile.Block{{StartLine: 1, StartCol: 2, EndLine: 3, EndCol: 4, NumStmt: 5},
			{StartLine: 3, StartCol: 10, EndLine: 5, EndCol: 2, NumStmt: 2, Count: math.MaxInt64}}},
		{Name: "m/l.go", Blocks: []profile.Block{{StartLine: 7, EndLine: 3, NumStmt: 1, Count: 1}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	if got, want := got.Total(), (profile.Total{Statements: 9, Covered: 3}); got != want {
		t.Errorf("total: got %v, want %v", got, want)
	}
	if got := parse(t, "mode: set\na.go:1.1,2.2 3 4\na.go:1.1,2.2 3 5\n").Files[0].Blocks[0].Count; got != 1 {
		t.Errorf("count in mode set: got %d, want 1", got)
	}
}

func TestParseRefuses(t *testing.T) {
	const mode = "mode: set\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "it is empty"},
		{"no mode", "a.go:1.1,2.2 3 4\n", `line 1 is "a.go:1.1,2.2 3 4"`},
		{"another mode", "mode: cover\n", `line 1 is "mode: cover"`},
		{"a mode's rest", "mode: set x\n", "line 1 is"},
		{"two profiles", mode + "a.go:1.1,2.2 3 4\n" + mode, `line 3, "mode: set": a second mode line: send`},
		{"blank line", mode + "\na.go:1.1,2.2 3 4\n", `line 2, "": no count`},
		{"page of a proxy", "<html>502</html>", `line 1 is "<html>502</html>"`},
		{"too few", mode + "a.go:1.1,2.2 3\n", "line 2, "},
		{"sign", mode + "a.go:1.1,2.2 3 +4\n", `count "+4", want a number`},
		{"minus", mode + "a.go:-1.1,2.2 3 4\n", `first line "-1"`},
		{"hexadecimal", mode + "a.go:1.1,2.2 0x3 4\n", `number of statements "0x3"`},
		{"large count", mode + "a.go:1.1,2.2 3 9223372036854775808\n", "count"},
		{"larger count", mode + "a.go:1.1,2.2 3 99999999999999999999\n", "count"},
		{"large line", mode + "a.go:2147483648.1,2.2 3 4\n", "first line"},
		{"line 0", mode + "a.go:0.1,2.2 3 4\n", "counted from 1"},
		{"no name", mode + ":1.1,2.2 3 4\n", "no file name"},
		{"control character", mode + "a\x1b[2J.go:1.1,2.2 3 4\n", "control character"},
		{"NUL", mode + "a\x00.go:1.1,2.2 3 4\n", "control character"},
		{"not UTF-8", mode + "a\xff.go:1.1,2.2 3 4\n", "not UTF-8"},
		{"long name", mode + strings.Repeat("a", 5000) + ":1.1,2.2 3 4\n", "file name of 5000 bytes"},
		{"statements differ", mode + "a.go:1.1,2.2 3 4\na.go:1.1,2.2 2 4\n", "a.go:1.1,2.2 has 3 statements in one line and 2 in another"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := profile.Parse([]byte(c.text), profile.DefaultLimits)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("got an error of %d bytes, want a short one", len(err.Error()))
			}
		})
	}
}

func TestLimits(t *testing.T) {
	const two = "mode: set\na.go:1.1,2.2 3 4\nb.go:1.1,2.2 3 4\n"
	for _, c := range []struct {
		limits profile.Limits
		want   string
	}{
		{profile.Limits{Bytes: int64(len(two)) - 1, Files: 2, Blocks: 2, Name: 4}, "at most"},
		{profile.Limits{Bytes: int64(len(two)), Files: 1, Blocks: 2, Name: 4}, "more than 1 files"},
		{profile.Limits{Bytes: int64(len(two)), Files: 2, Blocks: 1, Name: 4}, "more than 1 blocks"},
		{profile.Limits{Bytes: int64(len(two)), Files: 2, Blocks: 2, Name: 3}, "at most 3"},
		{profile.Limits{Bytes: int64(len(two)), Files: 2, Blocks: 2, Name: 4}, ""},
	} {
		_, err := profile.Parse([]byte(two), c.limits)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.limits, err, c.want)
		}
	}
	if _, err := profile.Read(strings.NewReader(two), profile.Limits{Bytes: 20}); !errors.Is(err, bounded.ErrTooLarge) {
		t.Errorf("reading more than the limit: got %v, want ErrTooLarge", err)
	}
}

// What the go command writes is read, and written again in the same bytes but
// for the order.
func TestRealProfiles(t *testing.T) {
	text0 := covered.TestProfile(t, "", "-covermode=atomic", "-coverpkg=text/tabwriter,encoding/csv", "text/tabwriter", "encoding/csv")
	p, err := profile.Parse(text0, profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	checkReference(t, text0, p)
	if again := parse(t, text(t, p)); !reflect.DeepEqual(p, again) {
		t.Error("a profile that was written and read again differs")
	}
}

// checkReference compares with what `go tool cover` reads.
func checkReference(t *testing.T, text []byte, p *profile.Profile) {
	t.Helper()
	reference, err := cover.ParseProfilesFromReader(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("accepted what go tool cover does not: %v", err)
	}
	want := []profile.File(nil)
	for _, f := range reference {
		file := profile.File{Name: f.FileName}
		for _, b := range f.Blocks {
			count := uint64(b.Count)
			if p.Mode == profile.Set {
				count = min(count, 1)
			} else if b.Count < 0 {
				count = profile.MaxCount // theirs runs over
			}
			file.Blocks = append(file.Blocks, profile.Block{StartLine: uint32(b.StartLine), StartCol: uint32(b.StartCol),
				EndLine: uint32(b.EndLine), EndCol: uint32(b.EndCol), NumStmt: uint32(b.NumStmt), Count: count})
		}
		want = append(want, file)
	}
	if diff := cmp.Diff(want, p.Files); diff != "" {
		t.Errorf("profile (-go tool cover +got):\n%s", diff)
	}
}

// FuzzParse: whatever is read was also read so by `go tool cover`, and is the
// same once written and read again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"mode: atomic\nexample.com/m/a.go:4.21,5.11 1 3\nexample.com/m/a.go:5.11,7.3 1 0\n",
		"mode: set\na.go:1.1,2.2 3 1\nb.go:1.1,2.2 3 0\na.go:1.1,2.2 3 0\n",
		"mode: count\r\na: b.go:1.0,1.0 0 9223372036854775807",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := profile.Parse(data, profile.DefaultLimits)
		if err != nil {
			return
		}
		again, err := profile.Parse([]byte(text(t, p)), profile.DefaultLimits)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(p, again))
		}
		if merged, differ := profile.Merge(p); len(differ) > 0 || !cmp.Equal(merged, p) {
			t.Errorf("merged with nothing:\n%s", cmp.Diff(p, merged))
		}
		if sortsAlike(p) {
			checkReference(t, data, p)
		}
	})
}

// sortsAlike reports whether no two blocks begin at one place: go tool cover
// sorts these in any order and merges neighbours only.
func sortsAlike(p *profile.Profile) bool {
	for _, f := range p.Files {
		for i := 1; i < len(f.Blocks); i++ {
			if a, b := f.Blocks[i-1], f.Blocks[i]; a.StartLine == b.StartLine && a.StartCol == b.StartCol {
				return false
			}
		}
	}
	return true
}
