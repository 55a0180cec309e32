package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/rt/manifest"
)

// odd holds values that a compact form may get wrong.
var odd = manifest.Package{
	Path: "example.com/x/y", Module: "example.com/x",
	Points: []manifest.Point{
		{File: "y/a.go", Func: "F", Kind: "stmt", Line: 7, EndLine: 9, Lines: [][2]int{{7, 7}, {9, 9}}, Decl: math.MaxUint64, Ordinal: 1},
		{File: "y/a.go", Func: "F", Kind: "then", Line: 8, EndLine: 8, Decl: math.MaxUint64, Ordinal: 300},
		{File: "y/a.go", Func: "(*T[...]).M.func1", Kind: "else", Line: 3, EndLine: 3, Lines: [][2]int{{3, 3}}},
		{File: "y/b.go", Func: "F", Kind: "stmt", Line: 1, EndLine: math.MaxInt32, Lines: [][2]int{{1, math.MaxInt32}}, Decl: 7, Ordinal: math.MaxInt32},
		{File: "y/ü \x00\xff.go", Func: "", Kind: "a kind of tomorrow", Line: 0, EndLine: -5, Lines: [][2]int{{-9, -12}}, Ordinal: -1},
		{File: "y/b.go", Func: "glob..func1", Kind: "manual", Line: 40, EndLine: 44, Lines: [][2]int{{40, 44}}, Directive: "y.y:12"},
	},
}

var ignoreIDs = cmpopts.IgnoreFields(manifest.Point{}, "StableID")

func TestPackageRoundTrip(t *testing.T) {
	kinds := manifest.Package{Path: "k"}
	for i, kind := range []string{"stmt", "then", "else", "default", "case", "loop", "func", "manual"} {
		kinds.Points = append(kinds.Points, manifest.Point{File: "k.go", Func: "F", Kind: kind, Line: i, EndLine: i})
	}
	for name, p := range map[string]manifest.Package{"odd": odd, "kinds": kinds, "empty": {}, "no points": {Path: "p", Module: "m"}} {
		t.Run(name, func(t *testing.T) {
			got, err := manifest.DecodePackage(string(manifest.AppendPackage(nil, p)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got, ignoreIDs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMainRoundTrip(t *testing.T) {
	full := manifest.Main{
		Package: "example.com/x/cmd/y", App: "y", Version: "v1.2.3", Base: "main", BaseCommit: "c0ffee", BaseMode: "mergeBase",
		Source: "blame", Granularity: "patch", DataType: "count", Serve: "http", Hits: "point", Adaptor: "victoria,prometheus", Goat: "v0.1.0", Flush: "2s",
		Components: []manifest.Component{{Name: "a", Patterns: []string{"./...", "x"}}, {Name: "none"}},
	}
	for name, m := range map[string]manifest.Main{"full": full, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			got, err := manifest.DecodeMain(string(manifest.AppendMain(nil, m)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAppendKeepsPrefixAndIsDeterministic(t *testing.T) {
	alone := string(manifest.AppendPackage(nil, odd))
	if got, want := string(manifest.AppendPackage([]byte("prefix"), odd)), "prefix"+alone; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for range 20 {
		if got := string(manifest.AppendPackage(nil, odd)); got != alone {
			t.Fatalf("got %q, want %q", got, alone)
		}
	}
}

// At most 25 bytes for each point, including tables, are promised for points
// that are distributed as in real code.
func TestSizePerPoint(t *testing.T) {
	var p manifest.Package
	p.Path, p.Module = "github.com/some/application/internal/service", "github.com/some/application"
	for file := range 10 {
		for fn := range 10 {
			for i := range 5 {
				line := 20 + fn*60 + i*7
				p.Points = append(p.Points, manifest.Point{
					File: fmt.Sprintf("internal/service/file_%d.go", file), Func: fmt.Sprintf("(*Service).HandleRequest%d%d", file, fn),
					Kind: "stmt", Line: line, EndLine: line + i, Lines: [][2]int{{line, line}, {line + i, line + i}},
					Decl: uint64(10*file+fn) << 32, Ordinal: 3 * i,
				})
			}
		}
	}
	size := len(manifest.AppendPackage(nil, p))
	if per := float64(size) / float64(len(p.Points)); per > 25 {
		t.Errorf("got %.1f bytes a point, want at most 25", per)
	}
}

func TestDamagedBytes(t *testing.T) {
	whole := string(manifest.AppendPackage(nil, odd))
	check := func(what, s string) {
		t.Helper()
		if strings.HasPrefix(what, "byte 8 ") {
			return // the version, see TestOtherVersionSaysSo
		}
		if _, err := manifest.DecodePackage(s); !errors.Is(err, manifest.ErrDamaged) {
			t.Errorf("%s: got %v, want an error of ErrDamaged", what, err)
		}
	}
	for i := range whole {
		check(fmt.Sprintf("%d bytes", i), whole[:i])
		check(fmt.Sprintf("byte %d changed", i), whole[:i]+string([]byte{whole[i] ^ 0x55})+whole[i+1:])
	}
	check("a byte more", whole+"x")
	check("a main", string(manifest.AppendMain(nil, manifest.Main{})))
	if _, err := manifest.DecodeMain(whole); !errors.Is(err, manifest.ErrDamaged) {
		t.Errorf("a package as main: got %v, want an error of ErrDamaged", err)
	}
}

func TestOtherVersionSaysSo(t *testing.T) {
	for version, want := range map[byte]string{
		2: "format 2, an older goat's, and this goat reads format 3; rebuild the program with this goat",
		4: "format 4, a newer goat's, and this goat reads format 3; update goat",
	} {
		b := manifest.AppendMain(nil, manifest.Main{})
		b[8] = version
		_, err := manifest.DecodeMain(string(b))
		var other *manifest.VersionError
		if !errors.As(err, &other) || !strings.Contains(err.Error(), want) {
			t.Errorf("version %d: got %v, want a VersionError with %q", version, err, want)
		}
		if _, _, err := manifest.Scan(bytes.NewReader(b)); !errors.As(err, &other) || other.Got != int(version) {
			t.Errorf("scanning version %d: got %v, want a VersionError", version, err)
		}
	}
}

func TestStableID(t *testing.T) {
	for _, test := range []struct {
		decl    uint64
		kind    string
		ordinal int
	}{{0, "", 0}, {14695981039346656037, "stmt", 0}, {1, "else", 9}, {math.MaxUint64, "else", 1234567890}} {
		h := test.decl
		for _, c := range []byte(test.kind + "\x00" + strconv.Itoa(test.ordinal)) {
			h = (h ^ uint64(c)) * 1099511628211
		}
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
		h ^= h >> 32
		want := fmt.Sprintf("%016x", h)
		if got := manifest.StableID(test.decl, test.kind, test.ordinal); got != want {
			t.Errorf("StableID(%+v): got %s, want %s", test, got, want)
		}
		if got := point.StableID(test.decl, point.Kind(test.kind), test.ordinal); got != want {
			t.Errorf("the analyzers' StableID(%+v): got %s, want %s", test, got, want)
		}
	}
}

func TestDecodedStableIDs(t *testing.T) {
	pt := func(decl uint64, kind string, ordinal int) manifest.Point {
		return manifest.Point{File: "a.go", Func: "F", Kind: kind, Line: 1, EndLine: 1, Decl: decl, Ordinal: ordinal}
	}
	points := []manifest.Point{pt(1, "stmt", 1), pt(1, "then", 200), pt(2, "stmt", 3), pt(1, "stmt", 4)}
	p, err := manifest.DecodePackage(string(manifest.AppendPackage(nil, manifest.Package{Path: "p", Points: points})))
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range p.Points {
		want := points[i]
		if want := manifest.StableID(want.Decl, want.Kind, want.Ordinal); got.StableID != want {
			t.Errorf("point %d: got stable id %s, want %s", i, got.StableID, want)
		}
	}
}
