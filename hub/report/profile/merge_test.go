package profile_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goat-trace/goat/hub/report/profile"
)

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name   string
		in     []string
		want   string
		differ []string
	}{
		{name: "none", want: "mode: set\n"},
		{name: "replicas",
			in: []string{"mode: atomic\na.go:1.1,2.2 3 4\na.go:3.1,4.2 1 0\n", "mode: atomic\na.go:1.1,2.2 3 1\na.go:3.1,4.2 1 0\n",
				"mode: atomic\na.go:1.1,2.2 3 0\na.go:3.1,4.2 1 9\n"},
			want: "mode: atomic\na.go:1.1,2.2 3 5\na.go:3.1,4.2 1 9\n"},
		{name: "sums stop at the largest count",
			in:   []string{"mode: count\na.go:1.1,2.2 3 9223372036854775807\n", "mode: count\na.go:1.1,2.2 3 9223372036854775807\n"},
			want: "mode: count\na.go:1.1,2.2 3 9223372036854775807\n"},
		{name: "set wins",
			in:   []string{"mode: atomic\na.go:1.1,2.2 3 7\n", "mode: set\na.go:1.1,2.2 3 1\nb.go:1.1,2.2 1 0\n", "mode: count\nb.go:1.1,2.2 1 8\n"},
			want: "mode: set\na.go:1.1,2.2 3 1\nb.go:1.1,2.2 1 1\n"},
		{name: "count and atomic",
			in:   []string{"mode: atomic\na.go:1.1,2.2 3 7\n", "mode: count\na.go:1.1,2.2 3 1\n"},
			want: "mode: count\na.go:1.1,2.2 3 8\n"},
		{name: "files of one architecture",
			in:   []string{"mode: set\nx_amd64.go:1.1,2.2 3 1\n", "mode: set\nx_arm64.go:1.1,2.2 3 0\n"},
			want: "mode: set\nx_amd64.go:1.1,2.2 3 1\nx_arm64.go:1.1,2.2 3 0\n"},
		{name: "one build's blocks are finer",
			in: []string{"mode: count\na.go:1.9,9.2 4 2\na.go:11.9,12.2 1 1\n",
				"mode: count\na.go:1.9,3.3 1 5\na.go:3.3,7.1 2 0\na.go:7.1,9.2 1 5\na.go:11.9,12.2 1 0\n"},
			want:   "mode: count\na.go:1.9,3.3 1 7\na.go:3.3,7.1 2 2\na.go:7.1,9.2 1 7\na.go:11.9,12.2 1 1\n",
			differ: []string{"a.go"}},
		{name: "the finer one ran in the coarse one's middle only",
			in:     []string{"mode: set\na.go:1.9,9.2 4 0\n", "mode: set\na.go:1.9,3.3 1 1\na.go:3.3,9.2 3 0\n"},
			want:   "mode: set\na.go:1.9,3.3 1 1\na.go:3.3,9.2 3 0\n",
			differ: []string{"a.go"}},
		{name: "statements differ",
			in:     []string{"mode: set\na.go:1.9,9.2 4 1\n", "mode: set\na.go:1.9,9.2 5 0\n"},
			want:   "mode: set\na.go:1.9,9.2 5 1\n",
			differ: []string{"a.go"}},
		{name: "a function that one build does not have",
			in:     []string{"mode: set\na.go:1.9,9.2 4 1\n", "mode: set\na.go:1.9,9.2 4 0\na.go:11.1,12.2 1 1\n"},
			want:   "mode: set\na.go:1.9,9.2 4 1\na.go:11.1,12.2 1 1\n",
			differ: []string{"a.go"}},
		{name: "blocks that cross",
			in:     []string{"mode: set\na.go:1.1,5.1 2 1\na.go:5.1,9.1 2 0\n", "mode: set\na.go:1.1,3.1 1 0\na.go:3.1,7.1 2 0\na.go:7.1,9.1 1 1\n"},
			want:   "mode: set\na.go:1.1,3.1 1 1\na.go:3.1,7.1 2 1\na.go:7.1,9.1 1 1\n",
			differ: []string{"a.go"}},
		{name: "reversed and empty extents",
			in:     []string{"mode: set\na.go:7.0,3.0 1 1\na.go:8.1,8.1 1 0\n", "mode: set\na.go:7.0,3.0 1 0\na.go:8.1,8.1 1 1\na.go:9.1,10.1 1 0\n"},
			want:   "mode: set\na.go:7.0,3.0 1 1\na.go:8.1,8.1 1 1\na.go:9.1,10.1 1 0\n",
			differ: []string{"a.go"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var in []*profile.Profile
			for _, s := range c.in {
				in = append(in, parse(t, s))
			}
			for range 4 {
				got, differ := profile.Merge(in...)
				if diff := cmp.Diff(c.want, text(t, got)); diff != "" {
					t.Errorf("merged (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.differ, differ, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("files that differ (-want +got):\n%s", diff)
				}
				rand.Shuffle(len(in), func(i, j int) { in[i], in[j] = in[j], in[i] })
			}
		})
	}
}

// The order of the profiles makes no difference, whatever blocks they have; in
// mode set a profile may come twice; and every line that ran has run.
func TestMergeInAnyOrder(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var in []*profile.Profile
		for range 2 + r.IntN(4) {
			in = append(in, randomProfile(r))
		}
		want, _ := profile.Merge(in...)
		shuffled := append(slices.Clone(in), in[0])
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, _ := profile.Merge(shuffled...); !cmp.Equal(want, got) {
			t.Fatalf("seed %d: in another order, one of them twice (-want +got):\n%s", seed, cmp.Diff(want, got))
		}
		for _, b := range want.Files[0].Blocks {
			ran := false
			for _, p := range in {
				at, ok := p.Files[0].At(b.StartLine, b.StartCol)
				ran = ran || ok && at.Count > 0
			}
			if ran != (b.Count > 0) {
				t.Fatalf("seed %d: block %+v ran in one of the builds: %v", seed, b, ran)
			}
		}
	}
}

// randomProfile has one file of disjoint blocks, mostly cut at the same places.
func randomProfile(r *rand.Rand) *profile.Profile {
	f := profile.File{Name: "a.go"}
	line := uint32(1)
	for line < 30 {
		end := line + 1 + uint32(r.IntN(3))
		if r.IntN(6) > 0 {
			f.Blocks = append(f.Blocks, profile.Block{StartLine: line, StartCol: 1, EndLine: end, EndCol: 1, NumStmt: end - line, Count: uint64(r.IntN(2))})
		}
		line = end
	}
	return &profile.Profile{Mode: profile.Set, Files: []profile.File{f}}
}

func TestCoveredDigest(t *testing.T) {
	digest := func(s string) [32]byte { return parse(t, s).CoveredDigest() }
	base := digest("mode: count\na.go:1.1,2.2 3 4\na.go:3.1,4.2 1 0\n")
	if got := digest("mode: atomic\na.go:3.1,4.2 1 0\na.go:1.1,2.2 3 400\n"); got != base {
		t.Error("counts changed the digest")
	}
	for _, other := range []string{"mode: count\na.go:1.1,2.2 3 4\na.go:3.1,4.2 1 1\n", "mode: count\na.go:1.1,2.2 3 4\n",
		"mode: count\nb.go:1.1,2.2 3 4\nb.go:3.1,4.2 1 0\n", "mode: count\na.go:1.1,2.2 3 4\na.go:3.1,4.2 2 0\n"} {
		if digest(other) == base {
			t.Errorf("%q has the digest of another profile", other)
		}
	}
}
