package diffsrc

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzIndex reads arbitrary bytes as an index. An index that is accepted keeps
// the promises of a LineSet, and writing it gives the same bytes.
func FuzzIndex(f *testing.F) {
	var b bytes.Buffer
	err := WriteIndex(&b, &LineSet{
		Source: SourceBlame, Bases: []Base{{Ref: "v1", Mode: ModeDirect, Commit: "c", Used: "u", GoTree: "t"}},
		Modules: map[string]ModuleLines{"example.com/app": {"a.go": {Hash: "h", Lines: [][2]int{{1, 2}, {5, 5}}}}},
		Digests: Digests{"example.com/app": {"a.go": "", "b.go": "0123456789abcdef"}},
		Pairs:   []Pair{{Old: "x.go", New: "a.go"}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"kind":"goat index","version":2,"modules":{"m":{"a.go":{"lines":[[2,1]]}}}}`))
	f.Add([]byte(`{"kind":"goat index","version":2}`))
	f.Add([]byte(`{"kind":"goat index","version":2,"modules":null,"all":true}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseIndex(data)
		if err != nil {
			return
		}
		for module, files := range s.Modules {
			for name, lines := range files {
				last := 0
				for _, r := range lines.Lines {
					if r[0] <= last || r[1] < r[0] {
						t.Errorf("%s %s: got lines %v", module, name, lines.Lines)
					}
					last = r[1]
				}
			}
		}
		var b bytes.Buffer
		if err := WriteIndex(&b, s); err != nil {
			t.Fatal(err)
		}
		again, err := parseIndex(b.Bytes())
		if err != nil {
			t.Fatalf("reading what was written: %v\n%s", err, b.Bytes())
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Errorf("the index changed on its way (-read +written and read):\n%s", diff)
		}
	})
}
