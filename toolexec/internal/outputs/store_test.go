package outputs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func key(n int) string { return fmt.Sprintf("%02x%062x", n, n) }

func file(s store, key string) string { return filepath.Join(s.dir, key[:2], key) }

func put(t *testing.T, s store, key string, outputs ...[]byte) {
	t.Helper()
	if err := s.put(key, outputs...); err != nil {
		t.Fatal(err)
	}
}

func TestGetPut(t *testing.T) {
	t.Parallel()
	s := store{t.TempDir()}
	for i, outputs := range [][][]byte{{[]byte("archive")}, {[]byte("archive"), []byte("header")}, {nil, {}}, {bytes.Repeat([]byte{7}, 1<<20)}} {
		if _, ok := s.get(key(i)); ok {
			t.Errorf("entry %d: got one before it was put", i)
		}
		put(t, s, key(i), outputs...)
		got, ok := s.get(key(i))
		if !ok || len(got) != len(outputs) {
			t.Fatalf("entry %d: got %d outputs, %v, want %d", i, len(got), ok, len(outputs))
		}
		for k := range outputs {
			if !bytes.Equal(got[k], outputs[k]) {
				t.Errorf("entry %d: output %d is not what was put", i, k)
			}
		}
	}
}

// TestDamage changes each byte of an entry, and truncates it at each.
func TestDamage(t *testing.T) {
	t.Parallel()
	s := store{t.TempDir()}
	put(t, s, key(1), []byte("the archive"), []byte("the header"))
	whole, err := os.ReadFile(file(s, key(1)))
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, key(2), []byte("the archive"), []byte("the header"))
	foreign, err := os.ReadFile(file(s, key(2))) // undamaged, but of another key
	if err != nil {
		t.Fatal(err)
	}
	damaged := [][]byte{append(bytes.Clone(whole), 0), {}, foreign}
	for i := range whole {
		other := bytes.Clone(whole)
		other[i] ^= 0x40
		damaged = append(damaged, other, whole[:i])
	}
	for _, data := range damaged {
		if err := os.WriteFile(file(s, key(1)), data, 0o666); err != nil {
			t.Fatal(err)
		}
		if got, ok := s.get(key(1)); ok {
			t.Fatalf("got %q from the damaged entry %q, want none", got, data)
		}
		if _, err := os.Stat(file(s, key(1))); err == nil {
			t.Fatal("the damaged entry is still there")
		}
	}
}

// TestTogether puts and gets one key concurrently: nobody sees a partial entry.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := store{t.TempDir()}
	output := bytes.Repeat([]byte("archive "), 50_000)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				if err := s.put(key(1), output); err != nil {
					t.Error(err)
				}
				if got, ok := s.get(key(1)); !ok || !bytes.Equal(got[0], output) {
					t.Error("got another output than was put")
				}
			}
		})
	}
	group.Wait()
	if left, _ := filepath.Glob(filepath.Join(s.dir, "*", ".new-*")); len(left) > 0 {
		t.Errorf("got left-over files %v, want none", left)
	}
}

// TestUse checks that reading an entry marks it as used, so that it is not
// removed.
func TestUse(t *testing.T) {
	t.Parallel()
	s := store{t.TempDir()}
	put(t, s, key(1), []byte("archive"))
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(file(s, key(1)), old, old); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.get(key(1)); !ok {
		t.Fatal("got no entry, want one")
	}
	if info, err := os.Stat(file(s, key(1))); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Errorf("got the time %v (%v) of the entry after use, want the present", info.ModTime(), err)
	}
}
