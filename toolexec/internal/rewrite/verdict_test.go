package rewrite

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"testing"
)

// FuzzVerdict compares what the type checker says about a file with what it
// says about the file with a hit at every anchor. Inserted code must neither
// break a program nor fix one.
func FuzzVerdict(f *testing.F) {
	for _, src := range functionsAlone(f, "../../../testdata/programs/errors/flow.go") {
		f.Add(src)
	}
	constructs, err := os.ReadFile("testdata/constructs.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(constructs)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 || bytes.Contains(src, []byte("hit")) {
			t.Skip() // the inserted code calls hit
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", src, 0); err != nil {
			t.Skip() // only files that parse reach the rewriter
		}
		before, ok := verdict(t, src)
		if !ok {
			t.Skip()
		}
		out := rewriteAll(t, "/f.go", src)
		after, _ := verdict(t, out)
		if (before == nil) != (after == nil) {
			t.Errorf("got %v, want %v for\n%s", after, before, out)
		}
	})
}

// functionsAlone returns a text for each function of a file, with empty lines
// in place of the others. Each function takes one line.
func functionsAlone(f *testing.F, name string) [][]byte {
	f.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	lines := bytes.SplitAfter(src, []byte("\n"))
	isFunc := func(i int) bool { return bytes.HasPrefix(lines[i], []byte("func ")) }
	var texts [][]byte
	for i := range lines {
		if !isFunc(i) {
			continue
		}
		var text []byte
		for j := range lines {
			if j != i && isFunc(j) {
				text = append(text, '\n')
			} else {
				text = append(text, lines[j]...)
			}
		}
		texts = append(texts, text)
	}
	return texts
}

// verdict checks a file together with one that declares what hits call. ok is
// false for files that import others, which it cannot check.
func verdict(t *testing.T, src []byte) (err error, ok bool) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "f.go", src, parser.SkipObjectResolution)
	if err != nil {
		return err, true
	}
	if len(file.Imports) > 0 {
		return nil, false
	}
	helper, err := parser.ParseFile(fset, "hit.go", "package "+file.Name.Name+"\nfunc hit(int) {}\n", 0)
	if err != nil {
		return nil, false // the package is named _
	}
	conf := types.Config{GoVersion: "go1.26"}
	_, err = conf.Check("p", fset, []*ast.File{file, helper}, nil)
	return err, true
}
