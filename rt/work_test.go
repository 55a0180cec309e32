package rt

import (
	"cmp"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

// TestQueryLimits sends queries whose work would grow with their length.
func TestQueryLimits(t *testing.T) {
	r := trackReport(1, 0, 0, 0)
	for _, name := range []string{"component", "order", "file", "package", "func", "covered"} {
		long, many := url.Values{name: {strings.Repeat("*", 15_000)}}, url.Values{name: slices.Repeat([]string{"0"}, 33)}
		for _, values := range []url.Values{long, many} {
			if _, err := r.ParseQuery(values); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "at most") || len(err.Error()) > 200 {
				t.Errorf("%s of %d values: got %v, want a short error that names the limit", name, len(values[name]), err)
			}
		}
	}
	for _, name := range []string{"file", "package", "func"} {
		values := url.Values{name: slices.Repeat([]string{strings.Repeat("*", 1024)}, 32)}
		if _, err := r.ParseQuery(values); err != nil {
			t.Errorf("%s at its limits: got %v", name, err)
		}
	}
}

// TestPatternsAreSplitOnce checks that a pattern costs only a comparison for
// each point.
func TestPatternsAreSplitOnce(t *testing.T) {
	text := strings.Repeat("a", 1000)
	for _, pattern := range []string{strings.Repeat("*", 1024), strings.Repeat("a*", 512), strings.Repeat("*a", 511) + "*b"} {
		m := newTextMatcher([]string{pattern})
		if n := testing.AllocsPerRun(10, func() { m.find(text) }); n != 0 {
			t.Errorf("pattern of %d bytes: got %v allocations a point, want 0: it is split once", len(pattern), n)
		}
	}
	if n := len(newPattern(strings.Repeat("*", 1024), "*").parts); n != 2 {
		t.Errorf("got %d parts of 1024 stars, want 2", n)
	}
}

func TestSortByCount(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, most := range []uint64{1, 2, 300, 1 << 40, ^uint64(0)} {
		counts := make([]uint64, 1000)
		ids := make([]uint32, len(counts))
		for i := range counts {
			counts[i], ids[i] = random.Uint64N(most), uint32(i)
		}
		for name, key := range map[string]func(uint32) uint64{
			"ascending":  func(id uint32) uint64 { return counts[id] },
			"descending": func(id uint32) uint64 { return ^counts[id] },
		} {
			want := slices.Clone(ids)
			slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(key(a), key(b)) })
			if diff := gocmp.Diff(want, sortByCount(&page{}, slices.Clone(ids), key)); diff != "" {
				t.Errorf("counts below %d, %s (-want +got):\n%s", most, name, diff)
			}
		}
	}
}

// TestWorkStops checks that all work for a page ends at the first error, of the
// client or of pace.
func TestWorkStops(t *testing.T) {
	large := simple("example.com/p", make([]uint32, 10_000)...)
	whole := reportOf(manifest.Main{Hits: "point"}, large)
	errStop := errors.New("stop")
	for name, write := range map[string]func(*Report, io.Writer) error{
		"track":   func(r *Report, w io.Writer) error { return r.WriteTrack(w, Query{}) },
		"filter":  func(r *Report, w io.Writer) error { return r.WriteTrack(w, Query{File: []string{"nothing"}}) },
		"metrics": func(r *Report, w io.Writer) error { return r.WriteMetrics(w, false) },
	} {
		calls := 0
		paced := whole.Paced(func() error {
			if calls++; calls == 3 {
				return errStop
			}
			return nil
		})
		written := &limited{n: 1 << 30}
		if err := write(paced, written); !errors.Is(err, errStop) || calls != 3 {
			t.Errorf("%s: got %v after %d calls of pace, want its error after 3", name, err, calls)
		}
		if used := 1<<30 - written.n; used > pageBuffer {
			t.Errorf("%s: got %d bytes, want an end after 192 points", name, used)
		}
		if name == "filter" {
			continue
		}
		calls = 0
		paced = whole.Paced(func() error { calls++; return nil })
		if err := write(paced, &limited{}); !errors.Is(err, errGone) || calls > 10_000/64+5 {
			t.Errorf("%s: got %v and %d calls of pace, want the client's error and no more work", name, err, calls)
		}
	}
}
