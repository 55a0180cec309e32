package bounded_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/bounded"
)

func TestReadFile(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	dir := t.TempDir()
	write := func(name string, size int) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, make([]byte, size), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, size := range []int{0, 1, limit} {
		if got, err := bounded.ReadFile(write("file", size), limit); err != nil || len(got) != size {
			t.Errorf("got %d bytes, %v, want %d", len(got), err, size)
		}
	}
	if _, err := bounded.ReadFile(write("large", limit+1), limit); !errors.Is(err, bounded.ErrTooLarge) || !strings.Contains(err.Error(), "large: it holds more than 1 MB") {
		t.Errorf("got %v, want an error that names the file and the limit", err)
	}
	if got, err := bounded.ReadFile(os.DevNull, limit); err != nil || len(got) != 0 {
		t.Errorf("got %d bytes, %v of the null device, want none", len(got), err)
	}
	link := filepath.Join(dir, "link")
	if _, err := os.Stat("/dev/zero"); err != nil || os.Symlink("/dev/zero", link) != nil {
		return
	}
	if _, err := bounded.ReadFile(link, limit); err == nil || !strings.Contains(err.Error(), "a device") {
		t.Errorf("got %v of an endless device, want an error that says so", err)
	}
}
