package spool

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzRead reads whatever a program may have left in GOAT_DIR, under the names of both
// kinds of files.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"", "{", "null", "[]", `{"format":2}`, `{"format":2,"name":"shop","build":{"package":"example.com/shop","commit":"c1"},"results":[]}`,
		`{"key":"00000000000000000000000000000001","labels":{"app":"shop"},"points":3}`, `{"format":99}`, "\xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"goat-shop-1-2.json", "goat-instance-00000000000000000000000000000001.json"} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			runs, err := Read(dir, Service{})
			for _, r := range runs {
				if r == nil || len(r.Files) == 0 {
					t.Errorf("%s: got a run without files of %q, %v", name, text, err)
				}
			}
		}
	})
}
