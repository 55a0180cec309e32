package closure

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/toolexec/internal/entry"
)

// TestExtractRuntime deletes parts of the extracted runtime source and checks
// that it is written again and marked as used.
func TestExtractRuntime(t *testing.T) {
	t.Parallel()
	folder := cache.In(t.TempDir()).Folder(cache.Runtime)
	dir, err := extractRuntime(folder)
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-1000 * time.Hour)
	if err := os.Chtimes(dir, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := extractRuntime(folder); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Errorf("got the time %v (%v) of the folder after use, want the present", info.ModTime(), err)
	}
	for _, name := range []string{"go.mod", "rt/track.go"} {
		file := filepath.Join(dir, name)
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for what, damage := range map[string]func() error{
			"removed": func() error { return os.Remove(file) },
			"cut":     func() error { return os.Truncate(file, 5) },
			"changed": func() error { return flipByte(file, 0) },
		} {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			if _, err := extractRuntime(folder); err != nil {
				t.Fatalf("extracting where %s was %s: %v", name, what, err)
			}
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s was %s: got %q, %v, want the source again", name, what, got, err)
			}
		}
	}
	for _, name := range []string{"rt/zz_foreign.go", "rt/serve/foreign.syso", "foreign/foreign.go"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("package rt\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := extractRuntime(folder); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got the foreign file %s still there (%v), want the source alone", name, err)
		}
	}
}

// TestFlippedSource flips a bit of each byte of the extracted runtime source.
func TestFlippedSource(t *testing.T) {
	t.Parallel()
	dir, err := extractRuntime(cache.In(t.TempDir()).Folder(cache.Runtime))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "rt", "file", "doc.go")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := range info.Size() {
		if err := flipByte(file, at); err != nil {
			t.Fatal(err)
		}
		if extracted(dir) {
			t.Fatalf("byte %d: got changed source taken for the runtime's", at)
		}
		if err := flipByte(file, at); err != nil {
			t.Fatal(err)
		}
	}
	if !extracted(dir) {
		t.Error("got the source refused, want it taken")
	}
}

func flipByte(file string, at int64) error {
	data, err := os.ReadFile(file)
	if err == nil {
		data[at] ^= 1
		err = os.WriteFile(file, data, 0o666)
	}
	return err
}

// TestFlippedRecord flips each byte of the record that lists the runtime's
// archives, and changes the files that it lists.
func TestFlippedRecord(t *testing.T) {
	t.Parallel()
	records := cache.In(t.TempDir()).Folder(cache.Closure)
	archive := filepath.Join(t.TempDir(), "archive-d")
	if err := os.WriteFile(archive, []byte("an archive"), 0o666); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{entry.Runtime: archive}
	const key = "0123456789abcdef"
	if err := writeRecord(records, key, want); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(records.Path(), key)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		if err := os.WriteFile(file, damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		if got, ok := readRecord(records, key); ok {
			t.Fatalf("byte %d: got %v from a damaged record, want none", at, got)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("byte %d: the damaged record is still there (%v)", at, err)
		}
	}
	if err := os.WriteFile(file, whole, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, ok := readRecord(records, key); !ok || got[entry.Runtime] != archive {
		t.Fatalf("got %v, %v, want %v", got, ok, want)
	}
	if err := os.Truncate(archive, 3); err != nil {
		t.Fatal(err)
	}
	if got, ok := readRecord(records, key); ok {
		t.Errorf("got %v where the archive was cut, want none", got)
	}
}
