package git

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkStates checks 20,000 files, as a build without changes does.
func BenchmarkStates(b *testing.B) {
	dir := b.TempDir()
	var listing []byte
	var list []Entry
	for i := range 20_000 {
		name := fmt.Sprintf("pkg%d/some/directory/file%d.go", i%200, i)
		if i < 200 {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			b.Fatal(err)
		}
		listing = fmt.Appendf(listing, "H 100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\t%s\x00", name)
		list = append(list, Entry{Tag: "H", Path: name})
	}
	(&Repository{Top: dir}).look(list)
	states := statesOf(list)
	for b.Loop() {
		if !sameStates(dir, states, listing, func(string) bool { return false }) {
			b.Fatal("got other states, want the same")
		}
	}
}
