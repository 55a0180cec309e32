package cache

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTrim removes by age, what a writer has left, and by size.
func TestTrim(t *testing.T) {
	t.Parallel()
	now := time.Now()
	dir := filepath.Join(t.TempDir(), "a[b]c*")
	file := func(n int) string { return filepath.Join(dir, fmt.Sprintf("%02x", n), fmt.Sprintf("%062x", n)) }
	for i := range 10 {
		if err := WriteFile(file(i), make([]byte, 500), make([]byte, 500)); err != nil {
			t.Fatal(err)
		}
		used := now.Add(-time.Duration(10-i) * 24 * time.Hour) // file 9 was used last
		if i == 2 {
			used = now
		}
		if err := os.Chtimes(file(i), used, used); err != nil {
			t.Fatal(err)
		}
	}
	stray := filepath.Join(filepath.Dir(file(0)), newPrefix+"1")
	if err := os.WriteFile(stray, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	old := now.Add(-2 * time.Hour)
	os.Chtimes(stray, old, old)

	left := func() (list []int) {
		for i := range 10 {
			if _, err := os.Stat(file(i)); err == nil {
				list = append(list, i)
			}
		}
		return list
	}
	trim(dir, 9*24*time.Hour+time.Hour, 1<<20, now)
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9}, left()); diff != "" {
		t.Errorf("files left by age: got +, want -:\n%s", diff)
	}
	if _, err := os.Stat(stray); err == nil {
		t.Error("got the left-over file, want it to be removed")
	}
	trim(dir, 90*24*time.Hour, 5000, now)
	if diff := cmp.Diff([]int{2, 7, 8, 9}, left()); diff != "" {
		t.Errorf("files left by size: got +, want -:\n%s", diff)
	}
}
