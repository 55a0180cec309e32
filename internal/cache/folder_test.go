package cache_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/cache"
)

// allKinds are those whose entries the package itself writes and reads.
var allKinds = []cache.Kind{cache.Runs, cache.Memo, cache.Sessions, cache.Modules, cache.Closure, cache.Toolchain, cache.Tools}

// TestFlipped flips a bit of each byte of an entry of each kind, cuts it at
// each, and puts it in the place of another.
func TestFlipped(t *testing.T) {
	t.Parallel()
	for _, kind := range allKinds {
		folder := cache.In(t.TempDir()).Folder(kind)
		payload := []byte(`{"session":"of ` + string(kind) + `"}`)
		for _, name := range []string{"name", "other"} {
			if err := folder.Put(name, payload); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(folder.Path(), "name")
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		damaged := [][]byte{{}, append(bytes.Clone(whole), 0), payload}
		for at := range whole {
			for _, bit := range []byte{1, 0x20, 0x80} {
				other := bytes.Clone(whole)
				other[at] ^= bit
				damaged = append(damaged, other)
			}
			damaged = append(damaged, whole[:at])
		}
		foreign, err := os.ReadFile(filepath.Join(folder.Path(), "other"))
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range append(damaged, foreign) {
			if err := os.WriteFile(file, data, 0o666); err != nil {
				t.Fatal(err)
			}
			if got, err := folder.Get("name"); !errors.Is(err, cache.ErrDamaged) {
				t.Fatalf("%s: got %q, %v from the damaged entry %q, want %v", kind, got, err, data, cache.ErrDamaged)
			}
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s: the damaged entry is still there (%v)", kind, err)
			}
		}
		if err := folder.Put("name", payload); err != nil {
			t.Fatal(err)
		}
		if got, err := folder.Get("name"); err != nil || !bytes.Equal(got, payload) {
			t.Errorf("%s: got %q, %v, want %q", kind, got, err, payload)
		}
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	folder := cache.In(t.TempDir()).Folder(cache.Sessions)
	want := map[string][]byte{"a.json": []byte("a"), "b.json": []byte("b")}
	for range 2 {
		if err := folder.PutDirectory("name", want); err != nil {
			t.Fatal(err)
		}
		got, err := folder.GetDirectory("name")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("got +, want -:\n%s", diff)
		}
		if err := os.WriteFile(filepath.Join(folder.Path(), "name", "a.json"), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := folder.GetDirectory("name"); !errors.Is(err, cache.ErrDamaged) {
			t.Errorf("got %q, %v, want %v", got, err, cache.ErrDamaged)
		}
	}
}

// TestZeroFolder keeps nothing, and nothing is no crash.
func TestZeroFolder(t *testing.T) {
	t.Parallel()
	var folder cache.Folder
	if err := folder.Put("name", nil); err == nil {
		t.Error("got no error of a folder that keeps nothing")
	}
	if _, err := folder.Get("name"); err == nil {
		t.Error("got an entry of a folder that keeps nothing")
	}
	folder.Use("name")
}

// TestExpire lets what is kept grow old. What was used lately stays.
func TestExpire(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := cache.In(root)
	long := time.Now().Add(-1000 * time.Hour)
	for _, kind := range allKinds {
		folder := dir.Folder(kind)
		for _, name := range []string{"old", "used"} {
			if err := folder.Put(name, nil); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(filepath.Join(folder.Path(), name), long, long); err != nil {
				t.Fatal(err)
			}
		}
		folder.Use("used")
	}
	for _, sub := range []string{"rt/hash", "toolchain/trial-1", "scratch/goat-diff-1"} {
		sub = filepath.Join(root, filepath.FromSlash(sub))
		if err := os.MkdirAll(sub, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(sub, long, long); err != nil {
			t.Fatal(err)
		}
	}
	dir.Expire()
	got, err := filepath.Glob(filepath.Join(root, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, kind := range allKinds {
		want = append(want, filepath.Join(root, string(kind), "used"))
	}
	sorted := cmp.Transformer("sorted", func(list []string) map[string]bool {
		set := make(map[string]bool)
		for _, s := range list {
			set[s] = true
		}
		return set
	})
	if diff := cmp.Diff(want, got, sorted); diff != "" {
		t.Errorf("left: got +, want -:\n%s", diff)
	}
}
