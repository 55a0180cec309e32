package cache

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// TestDocumented holds the table for users against the list.
func TestDocumented(t *testing.T) {
	want := "| folder | what | kept by | days | at most |\n| --- | --- | --- | --- | --- |\n"
	for _, c := range All() {
		size := ""
		if c.Size != 0 {
			size = fmt.Sprintf("%d GiB", c.Size>>30)
		}
		want += fmt.Sprintf("| `%s` | %s | `%s` | %d | %s |\n", c.Kind, c.Holds, c.Owner, c.Age/day, size)
	}
	const file = "docs/troubleshooting.md"
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\n\n"+want+"\n") {
		t.Errorf("%s does not tell what is in the cache directory: put this table there:\n\n%s", file, want)
	}
}

// TestOwners looks for who names a kind. A kind that two packages read and write
// would be a format that two packages know.
func TestOwners(t *testing.T) {
	own, err := os.ReadFile("kinds.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]Kind{} // by the constant's name
	for _, m := range regexp.MustCompile(`(\w+) +Kind = "(\w+)"`).FindAllStringSubmatch(string(own), -1) {
		kinds[m[1]] = Kind(m[2])
	}
	constant := regexp.MustCompile(`\bcache\.(` + strings.Join(slices.Sorted(maps.Keys(kinds)), "|") + `)\b`)
	got := map[Kind][]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, m := range constant.FindAllStringSubmatch(string(text), -1) {
			got[kinds[m[1]]] = append(got[kinds[m[1]]], filepath.ToSlash(dir))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[Kind][]string{}
	for _, c := range All() {
		want[c.Kind] = []string{c.Owner}
		slices.Sort(got[c.Kind])
		got[c.Kind] = slices.Compact(got[c.Kind])
	}
	if len(kinds) != len(want) {
		t.Errorf("got %d kinds, of which %d are listed, want all listed", len(kinds), len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packages that name a kind (-listed +found):\n%s", diff)
	}
}
