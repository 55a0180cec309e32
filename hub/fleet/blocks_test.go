package fleet_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report/profile"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

// hub makes a fleet with a store of its own. Fleets on the same directory are
// replicas.
func hub(t *testing.T, dir string) (*fleet.Fleet, *sqlite.Store) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	blobs, err := disk.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return fleet.New(fleet.Options{Store: store, Blobs: blobs, Lease: time.Minute}), store
}

func key(n int) string { return fmt.Sprintf("%032x", n) }

// register registers the n-th instance of an echoserver, and returns its
// release.
func register(t *testing.T, f *fleet.Fleet, n int) string {
	t.Helper()
	r := &fleet.Registration{Key: key(n), Labels: fleet.Labels{Env: "staging", App: "echoserver"}, Commit: "845820727e", Branch: "master",
		Agent: fleet.AgentGocV1, Address: fmt.Sprint("http://10.0.0.", n, ":51007")}
	if _, err := f.Register(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, release, err := f.ByName(t.Context(), "staging_echoserver", nil)
	if err != nil {
		t.Fatal(err)
	}
	return release.ID
}

func addBlocks(t *testing.T, f *fleet.Fleet, n int, lines ...string) {
	t.Helper()
	if err := f.AddBlocks(t.Context(), key(n), []byte("mode: count\n"+strings.Join(lines, "\n")+"\n"), false); err != nil {
		t.Fatal(err)
	}
}

// checkBlocks compares a release's merged blocks with lines.
func checkBlocks(t *testing.T, f *fleet.Fleet, release string, lines ...string) *fleet.Blocks {
	t.Helper()
	b, err := f.Blocks(t.Context(), release)
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.Profile.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), "mode: count\n"+strings.Join(lines, "\n")+"\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	return b
}

// Replicas of one commit are added up. The same profile again changes nothing,
// and one with lower counts comes from another process at the instance's
// address.
func TestBlocks(t *testing.T) {
	f, _ := hub(t, t.TempDir())
	release := register(t, f, 1)
	register(t, f, 2)
	if _, err := f.Blocks(t.Context(), release); !errors.Is(err, fleet.NotFound) {
		t.Errorf("before anything was said: got %v, want NotFound", err)
	}
	if cover, err := f.Measure(t.Context(), release); err == nil {
		t.Errorf("before anything was said: measured %+v", cover)
	}
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 3", "m/a.go:3.1,4.2 1 0")
	addBlocks(t, f, 2, "m/a.go:1.1,2.2 1 0", "m/a.go:3.1,4.2 1 2")
	checkBlocks(t, f, release, "m/a.go:1.1,2.2 1 3", "m/a.go:3.1,4.2 1 2")
	for range 3 {
		addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 3", "m/a.go:3.1,4.2 1 0")
	}
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 4", "m/a.go:3.1,4.2 1 0")
	checkBlocks(t, f, release, "m/a.go:1.1,2.2 1 4", "m/a.go:3.1,4.2 1 2")
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 0", "m/a.go:3.1,4.2 1 1") // it was restarted
	checkBlocks(t, f, release, "m/a.go:1.1,2.2 1 4", "m/a.go:3.1,4.2 1 3")
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 1", "m/a.go:3.1,4.2 1 1")
	b := checkBlocks(t, f, release, "m/a.go:1.1,2.2 1 5", "m/a.go:3.1,4.2 1 3")
	if b.Addresses() != "http://10.0.0.1:51007,http://10.0.0.2:51007" || !b.Live() || time.Since(b.Newest()) > time.Minute || len(b.Wrong) != 0 {
		t.Errorf("got %+v, want both live instances", b)
	}
}

// Different builds of one commit are merged, and the files that differ are
// named.
func TestBlocksOfOtherBuilds(t *testing.T) {
	f, _ := hub(t, t.TempDir())
	release := register(t, f, 1)
	register(t, f, 2)
	addBlocks(t, f, 1, "m/a.go:1.1,9.2 2 1", "m/b.go:1.1,2.2 1 0")
	addBlocks(t, f, 2, "m/a.go:1.1,4.2 1 0", "m/a.go:4.2,9.2 1 0", "m/b.go:1.1,2.2 1 1")
	b, err := f.Blocks(t.Context(), release)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Differ) != 1 || b.Differ[0] != "m/a.go" || b.Profile.Total() == (profile.Total{}) {
		t.Errorf("got %v different and %v in total, want m/a.go and something", b.Differ, b.Profile.Total())
	}
}

// The history gets a row when other blocks have run, but not for counts.
func TestMeasure(t *testing.T) {
	f, store := hub(t, t.TempDir())
	release := register(t, f, 1)
	measure := func() bool {
		t.Helper()
		c, err := f.Measure(t.Context(), release)
		if err != nil {
			t.Fatal(err)
		}
		if c == nil {
			return false
		}
		if err := store.AddCover(t.Context(), *c); err != nil {
			t.Fatal(err)
		}
		return true
	}
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 1", "m/a.go:3.1,4.2 1 0")
	if !measure() {
		t.Error("the first profile is no row")
	}
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 5", "m/a.go:3.1,4.2 1 0")
	if measure() {
		t.Error("counts alone are a row")
	}
	addBlocks(t, f, 1, "m/a.go:1.1,2.2 1 5", "m/a.go:3.1,4.2 1 1")
	if !measure() {
		t.Error("a block that ran is no row")
	}
	rows, err := f.Covers(t.Context(), release, 0, 10)
	if err != nil || len(rows) != 2 || !rows[0].Latest || rows[1].Latest || rows[0].Total != 100 || rows[1].Total != 50 {
		t.Fatalf("got %+v and %v, want 100 and 50 percent", rows, err)
	}
	p, err := f.CoverProfile(t.Context(), &rows[1])
	if err != nil || p.Total() != (profile.Total{Statements: 2, Covered: 1}) {
		t.Errorf("got %v and %v, want the older profile", p, err)
	}
}

// Two replicas write one instance's blocks concurrently, and nothing is lost.
func TestBlocksAtOnce(t *testing.T) {
	dir := t.TempDir()
	f, _ := hub(t, dir)
	g, _ := hub(t, dir)
	release := register(t, f, 1)
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() {
			// Each profile is of another process, which ran a single block.
			var lines []string
			for block := range 12 {
				lines = append(lines, fmt.Sprintf("m/a.go:%d.1,%d.2 1 %d", block+1, block+1, min(1, max(0, 1-(block-n)*(block-n)))))
			}
			content := "mode: count\n" + strings.Join(lines, "\n") + "\n"
			replica := []*fleet.Fleet{f, g}[n%2]
			for try := 0; ; try++ {
				err := replica.AddBlocks(t.Context(), key(1), []byte(content), false)
				if err == nil {
					return
				}
				if !errors.Is(err, fleet.Conflict) || try > 50 {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b, err := f.Blocks(t.Context(), release)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Profile.Total(); got != (profile.Total{Statements: 12, Covered: 12}) {
		t.Errorf("got %v, want all twelve blocks", got)
	}
}

func TestAddBlocksRefuses(t *testing.T) {
	f, _ := hub(t, t.TempDir())
	register(t, f, 1)
	for _, content := range []string{"", "<html>", "mode: count\nx\n", "mode: cover\nm/a.go:0.1,1.1 1 1\n"} {
		if err := f.AddBlocks(t.Context(), key(1), []byte(content), false); !errors.Is(err, fleet.Invalid) {
			t.Errorf("%q: got %v, want Invalid", content, err)
		}
	}
	for _, id := range []string{key(2), "../x"} {
		if err := f.AddBlocks(t.Context(), id, []byte("mode: set\n"), false); !errors.Is(err, fleet.UnknownInstance) {
			t.Errorf("%q: got %v, want UnknownInstance", id, err)
		}
	}
	if err := f.AddBlocks(t.Context(), key(1), []byte("mode: cover\nm/a.go:1.1,1.9 1 3\n"), true); err != nil {
		t.Errorf("goc's watch mode: %v", err)
	}
}
