//go:build unix

package cache_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/cache"
)

// place is where the cache of a test is looked for.
type place struct {
	own, user, gocache string
}

func newPlace(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	p := place{filepath.Join(dir, "own"), filepath.Join(dir, "user"), filepath.Join(dir, "gocache")}
	t.Setenv("XDG_CACHE_HOME", p.user)
	return p
}

func (p place) open() cache.Dir {
	return cache.Open(func(name string) string {
		return map[string]string{"GOAT_CACHE": p.own, "GOCACHE": p.gocache}[name]
	})
}

func mkdir(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, mode); err != nil {
		t.Fatal(err)
	}
}

func modeOf(t *testing.T, dir string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// TestOpen takes a directory that is the user's alone, makes one that is
// missing, and closes one that others can look into.
func TestOpen(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, string){
		"missing":            func(*testing.T, string) {},
		"private":            func(t *testing.T, dir string) { mkdir(t, dir, 0o700) },
		"readable":           func(t *testing.T, dir string) { mkdir(t, dir, 0o755) },
		"empty and writable": func(t *testing.T, dir string) { mkdir(t, dir, 0o777) },
		"used and readable": func(t *testing.T, dir string) {
			mkdir(t, filepath.Join(dir, "sessions"), 0o755)
			mkdir(t, dir, 0o755)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			prepare(t, p.own)
			d := p.open()
			if d.Path() != p.own || d.Warning != "" {
				t.Fatalf("got %q with the warning %q, want %q and none", d.Path(), d.Warning, p.own)
			}
			if got := modeOf(t, p.own); got != 0o700 {
				t.Errorf("got the mode %04o, want 0700", got)
			}
		})
	}
}

// TestOpenElsewhere leaves a directory alone that others could have written to,
// says so, and takes one of its own.
func TestOpenElsewhere(t *testing.T) {
	type refusal struct {
		prepare func(t *testing.T, dir string)
		says    string
	}
	plant := func(mode fs.FileMode) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			mkdir(t, filepath.Join(dir, "closure"), 0o700)
			mkdir(t, dir, mode)
		}
	}
	cases := map[string]refusal{
		"writable by all":       {plant(0o777), "mode 0777"},
		"writable by the group": {plant(0o770), "mode 0770"},
		"sticky":                {plant(0o777 | fs.ModeSticky), "mode 0777"},
		"below one that all write to": {func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			mkdir(t, filepath.Dir(dir), 0o777)
		}, "all users can write"},
		"a link to such a one": {func(t *testing.T, dir string) {
			plant(0o777)(t, dir+"-target")
			if err := os.Symlink(dir+"-target", dir); err != nil {
				t.Fatal(err)
			}
		}, "own-target can be written"},
	}
	if os.Geteuid() == 0 {
		cases["another user's"] = refusal{func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			if err := os.Chown(dir, 12345, 12345); err != nil {
				t.Fatal(err)
			}
		}, "user ID 12345"}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			if name == "below one that all write to" { // not the others too
				p.own = filepath.Join(p.own, "below")
			}
			c.prepare(t, p.own)
			d := p.open()
			if want := filepath.Join(p.user, "goat"); d.Path() != want {
				t.Fatalf("got %q, want %q", d.Path(), want)
			}
			if got := modeOf(t, d.Path()); got != 0o700 {
				t.Errorf("got the mode %04o of the private one, want 0700", got)
			}
			if !strings.Contains(d.Warning, c.says) || !strings.Contains(d.Warning, "set GOAT_CACHE") {
				t.Errorf("got the warning %q, want %q in it and a next step", d.Warning, c.says)
			}
		})
	}
}

// TestOpenNext goes on to the next place, and keeps nothing at the end.
func TestOpenNext(t *testing.T) {
	p := newPlace(t)
	for _, dir := range []string{p.own, filepath.Join(p.user, "goat")} {
		mkdir(t, filepath.Join(dir, "rt"), 0o777)
		mkdir(t, dir, 0o777)
	}
	if got, want := p.open().Path(), filepath.Join(p.user, "goat-private"); got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	for _, dir := range []string{filepath.Join(p.user, "goat-private"), filepath.Join(p.gocache, "goat")} {
		mkdir(t, filepath.Join(dir, "rt"), 0o777)
		mkdir(t, dir, 0o777)
	}
	d := p.open()
	if err := d.Folder(cache.Runs).Put("name", nil); err == nil {
		t.Errorf("got an entry in %q, want none where no directory can be trusted", d.Path())
	}
	if !strings.Contains(d.Warning, "keeping nothing") {
		t.Errorf("got the warning %q, want it to say that nothing is kept", d.Warning)
	}
}

// TestOpenNowhere has no place at all, and one that cannot be made. A relative
// one would be in the work tree.
func TestOpenNowhere(t *testing.T) {
	gocache := t.TempDir()
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	getenv := func(vars map[string]string) func(string) string {
		return func(name string) string { return vars[name] }
	}
	if got, want := cache.Open(getenv(map[string]string{"GOAT_CACHE": "relative", "GOCACHE": gocache})).Path(), filepath.Join(gocache, "goat"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, vars := range []map[string]string{nil, {"GOAT_CACHE": filepath.Join(os.DevNull, "cache")}} {
		d := cache.Open(getenv(vars))
		if err := d.Folder(cache.Runs).Put("name", nil); err == nil {
			t.Errorf("%v: got an entry kept, want an error", vars)
		}
		if d.Warning != "" {
			t.Errorf("%v: got the warning %q, want none: nothing is wrong", vars, d.Warning)
		}
	}
}
