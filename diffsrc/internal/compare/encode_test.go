package compare_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/internal/proof/edits"
)

// found is what a comparison of several files says.
type found struct {
	Changed, Unmoved edits.Lines
	Removed          map[string][]compare.Removed
	Moved            map[string][]moved
	Digests          map[[2]string]string
}

// moved is compare.Moved with the name of the file.
type moved struct {
	From                    string
	Line, Last, Old, OldEnd int
}

func find(files []*compare.File) found {
	f := found{Changed: lines(files), Removed: map[string][]compare.Removed{}, Moved: map[string][]moved{}, Digests: map[[2]string]string{}}
	compare.FindMoved(files)
	f.Unmoved = lines(files)
	for _, file := range files {
		key := file.OldPath + " " + file.Path
		f.Removed[key] = file.Removed()
		for _, m := range file.Moved() {
			f.Moved[key] = append(f.Moved[key], moved{m.From.OldPath, m.Line, m.Last, m.OldLine, m.OldLast})
		}
		for from, digest := range file.Digests() {
			f.Digests[[2]string{key, from.OldPath}] = digest
		}
	}
	return f
}

// What Decode makes says what the comparison says, about each file and about
// code that moved between files of which only some were decoded.
func TestEncode(t *testing.T) {
	t.Parallel()
	edits.Run(t, 500, func(t *testing.T) edits.Checker {
		compareBoth := func(pairs []edits.Pair) (changed, unmoved edits.Lines) {
			var fresh, decoded, mixed []*compare.File
			for i, p := range pairs {
				files := [3]*compare.File{compare.Compare(p.Old, p.New, nil), compare.Compare(p.Old, p.New, nil), nil}
				data := files[0].Encode()
				for k := 1; k < 3; k++ {
					if k == 2 && i%2 == 0 {
						files[k] = compare.Compare(p.Old, p.New, nil)
						continue
					}
					f, err := compare.Decode(data)
					if err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(f.Encode(), data) {
						t.Fatal("what was decoded is encoded differently")
					}
					files[k] = f
				}
				for _, f := range files {
					f.Path, f.OldPath, f.Idle = p.Name, p.OldName, p.Name == ""
				}
				fresh, decoded, mixed = append(fresh, files[0]), append(decoded, files[1]), append(mixed, files[2])
			}
			want := find(fresh)
			for name, files := range map[string][]*compare.File{"decoded": decoded, "partly decoded": mixed} {
				if diff := cmp.Diff(want, find(files)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			return want.Changed, want.Unmoved
		}
		return func(cases []*edits.Case, _ ...int) ([]edits.Result, error) {
			return edits.CheckPairs(cases, compareBoth)
		}
	})
}

// FuzzDecode reads any bytes. What can be read is written as it was.
func FuzzDecode(f *testing.F) {
	old, new := []byte("package p\n\nfunc f() {\n\ta := func() { b() }\n\ta()\n}\n"), []byte("package p\n\nfunc g() {\n\ta()\n\tc()\n}\n")
	f.Add(compare.Compare(old, new, nil).Encode())
	f.Add(compare.Compare(nil, new, nil).Encode())
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := compare.Decode(data)
		if err != nil {
			return
		}
		file.Path, file.OldPath = "new.go", "old.go"
		find([]*compare.File{file})
	})
}
