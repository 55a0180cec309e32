package kept_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/kept"
)

func key(n int) string { return fmt.Sprintf("%02x%062x", n, n) }

func file(s kept.Store, key string) string { return filepath.Join(s.Dir, key[:2], key) }

func put(t *testing.T, s kept.Store, key string, outputs ...[]byte) {
	t.Helper()
	if err := s.Put(key, outputs...); err != nil {
		t.Fatal(err)
	}
}

func TestGetPut(t *testing.T) {
	t.Parallel()
	s := kept.Store{Dir: t.TempDir()}
	for i, outputs := range [][][]byte{{[]byte("archive")}, {[]byte("archive"), []byte("header")}, {nil, {}}, {bytes.Repeat([]byte{7}, 1<<20)}} {
		if _, ok := s.Get(key(i)); ok {
			t.Errorf("entry %d: got one before it was put", i)
		}
		put(t, s, key(i), outputs...)
		got, ok := s.Get(key(i))
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

// TestDamage changes each byte of an entry, and cuts it at each.
func TestDamage(t *testing.T) {
	t.Parallel()
	s := kept.Store{Dir: t.TempDir()}
	put(t, s, key(1), []byte("the archive"), []byte("the header"))
	whole, err := os.ReadFile(file(s, key(1)))
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, key(2), []byte("the archive"), []byte("the header"))
	foreign, err := os.ReadFile(file(s, key(2))) // whole, and another's
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
		if got, ok := s.Get(key(1)); ok {
			t.Fatalf("got %q from the damaged entry %q, want none", got, data)
		}
		if _, err := os.Stat(file(s, key(1))); err == nil {
			t.Fatal("the damaged entry is still there")
		}
	}
}

// TestTogether puts and gets one key from many sides: nobody sees a part.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := kept.Store{Dir: t.TempDir()}
	output := bytes.Repeat([]byte("archive "), 50_000)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				if err := s.Put(key(1), output); err != nil {
					t.Error(err)
				}
				if got, ok := s.Get(key(1)); !ok || !bytes.Equal(got[0], output) {
					t.Error("got another output than was put")
				}
			}
		})
	}
	group.Wait()
	if left, _ := filepath.Glob(filepath.Join(s.Dir, "*", ".new-*")); len(left) > 0 {
		t.Errorf("got left-over files %v, want none", left)
	}
}

func TestTrim(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := kept.Store{Dir: filepath.Join(t.TempDir(), "a[b]c*"), Now: func() time.Time { return now }}
	for i := range 10 {
		put(t, s, key(i), make([]byte, 1000))
		used := now.Add(-time.Duration(10-i) * 24 * time.Hour) // key 9 was used last
		if err := os.Chtimes(file(s, key(i)), used, used); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.Get(key(2)); !ok {
		t.Fatal("got no entry 2")
	}
	stray := filepath.Join(filepath.Dir(file(s, key(0))), ".new-1")
	if err := os.WriteFile(stray, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	old := now.Add(-2 * time.Hour)
	os.Chtimes(stray, old, old)

	left := func() (list []int) {
		for i := range 10 {
			if _, err := os.Stat(file(s, key(i))); err == nil {
				list = append(list, i)
			}
		}
		return list
	}
	s.Trim(kept.Limits{Size: 1 << 20, Age: 9*24*time.Hour + time.Hour})
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9}, left()); diff != "" {
		t.Errorf("entries left by age: got +, want -:\n%s", diff)
	}
	if _, err := os.Stat(stray); err == nil {
		t.Error("got the left-over file, want it to be removed")
	}
	s.Trim(kept.Limits{Size: 5000, Age: 90 * 24 * time.Hour})
	if diff := cmp.Diff([]int{2, 7, 8, 9}, left()); diff != "" {
		t.Errorf("entries left by size: got +, want -:\n%s", diff)
	}
}
