package disk_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
)

var _ fleet.Blobs = (*disk.Blobs)(nil)

func TestBlobs(t *testing.T) {
	dir := t.TempDir()
	b, err := disk.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, text := range []string{"first", "second"} {
		if err := b.Put(t.Context(), "manifests/a.json.gz", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, b, "manifests/a.json.gz"); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}

	// A failed write keeps the old file and leaves nothing else behind.
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the line is dead")))
	if err := b.Put(t.Context(), "manifests/a.json.gz", broken); err == nil {
		t.Error("half a blob was kept")
	}
	if got := read(t, b, "manifests/a.json.gz"); got != "second" {
		t.Errorf("got %q, want what was there before", got)
	}
	if files, err := os.ReadDir(filepath.Join(dir, "blobs", "manifests")); err != nil || len(files) != 1 {
		t.Errorf("got %v and %v, want one file", files, err)
	}

	for range 2 {
		if err := b.Delete(t.Context(), "manifests/a.json.gz"); err != nil {
			t.Errorf("removing: %v", err)
		}
	}
	if _, err := b.Get(t.Context(), "manifests/a.json.gz"); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
}

// A key cannot lead out of the directory, by dots or by a link.
func TestKeysStayBelow(t *testing.T) {
	dir := t.TempDir()
	b, err := disk.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(dir, "blobs", "up")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../secret", "up/secret", "/etc/passwd"} {
		if r, err := b.Get(t.Context(), key); err == nil {
			r.Close()
			t.Errorf("%s was read", key)
		}
		if err := b.Put(t.Context(), key, strings.NewReader("x")); err == nil {
			t.Errorf("%s was written", key)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "secret")); err != nil || string(text) != "secret" {
		t.Errorf("got %q and %v, want the secret as it was", text, err)
	}
}

func read(t *testing.T, b *disk.Blobs, key string) string {
	t.Helper()
	r, err := b.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
