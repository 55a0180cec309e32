package preview_test

import (
	"bytes"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"os"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/markers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/toolexec/preview"
)

// read parses a file in which everything is new.
func read(name string, src []byte) (preview.Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, analyzers.ParseMode)
	if err != nil {
		return preview.Package{}, err
	}
	in := analyzers.FileInput{Fset: fset, File: file, Src: src, Rel: "a.go", All: true}
	return preview.Package{Path: "example.com/p", Module: "example.com/p", Files: []preview.File{{Path: name, FileInput: in}}}, nil
}

func mark(p preview.Package, g point.Granularity) (*preview.Marked, error) {
	n := 0
	return preview.Mark(p.Files[0], p.Sites(g)[0], preview.Marks{
		Import: `import goat "example.com/p/goat"`, Start: "goat.ServeHTTP(goat.COMPONENT_0)",
		Hit: func(point.Point) string { n++; return fmt.Sprintf("goat.Track(goat.TRACK_ID_%d)", n) },
	})
}

// TestMarkedFilesComeBack marks every statement of real code, at every
// granularity and with both kinds of line ends. Mark itself holds what clean makes of
// it against the file's bytes; what it writes has to parse, and to hold a block for
// each point.
func TestMarkedFilesComeBack(t *testing.T) {
	var files []string
	for _, pattern := range []string{
		"../internal/rewrite/testdata/*.go", "*.go", "../../analyzers/internal/*/*.go",
		filepath.Join(build.Default.GOROOT, "src/encoding/json/*.go"),
		filepath.Join(build.Default.GOROOT, "src/net/http/[a-h]*.go"),
		filepath.Join(build.Default.GOROOT, "src/go/printer/*.go"),
		filepath.Join(build.Default.GOROOT, "src/regexp/*.go"),
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 80 {
		t.Fatalf("got %d files, want Go's own among them", len(files))
	}
	points, left := 0, 0
	for i, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(src, []byte("+goat:")) {
			continue
		}
		if i%2 == 1 && !bytes.Contains(src, []byte("`")) { // in raw strings \r is no part of the value
			src = bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
		}
		p, err := read(name, src)
		if err != nil {
			continue // no Go, for tests of parsers
		}
		for _, g := range point.Granularities() {
			m, err := mark(p, g)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, g, err)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), name, m.New, parser.SkipObjectResolution); err != nil {
				t.Fatalf("%s, %s: got text that does not parse: %v\n%s", name, g, err, m.New)
			}
			points, left = points+len(m.Points), left+len(m.Left)
		}
	}
	t.Logf("%d files, %d points, %d left out", len(files), points, left)
	if left*1000 > points {
		t.Errorf("got %d of %d points left out, want hardly any", left, points)
	}
}

func TestMarkedForms(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"one line", "package p\n\nfunc f() int { return 1 }\n",
			"func f() int { /* +goat:generate */ goat.Track(goat.TRACK_ID_1); /* +goat:end */  /* +goat:generate */ goat.Track(goat.TRACK_ID_2); /* +goat:end */return 1 }"},
		{"no end of line", "package p\n\nfunc f() {\n\tg()\n}", "\tgoat.Track(goat.TRACK_ID_1)\n\t// +goat:end\n\t// +goat:generate"},
		{"else if", "package p\n\nfunc f(a, b bool) {\n\tif a {\n\t\tg()\n\t} else if b {\n\t\tg()\n\t}\n}\n", "} else  /* +goat:generate */ { goat.Track("},
		{"missing else", "package p\n\nfunc f(a bool) {\n\tif a {\n\t\tg()\n\t}\n}\n", "\t} /* +goat:generate */ else { goat.Track("},
		{"missing default", "package p\n\nfunc f(a int) {\n\tswitch a {\n\tcase 1:\n\t\tg()\n\t}\n}\n", "\tdefault:\n\t\tgoat.Track("},
		{"everything on the package's line", "package p; func f() { g() }\n", "package p /* +goat:import */ ; import goat \"example.com/p/goat\" /* +goat:end */; func f() {"},
		{"behind an import", "package p\n\nimport \"fmt\" // it stays\n\nfunc f() {\n\tfmt.Print()\n}\n", "import \"fmt\" // it stays\n// +goat:import\nimport goat \"example.com/p/goat\"\n// +goat:end\n"},
		{"main", "package main\n\nfunc main() {\n\tg()\n}\n", "func main() {\n\t// +goat:main\n"},
		{"lines of Windows", "package p\r\n\r\nfunc f() {\r\n\tg()\r\n}\r\n", "\t// +goat:end\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := read("/a.go", []byte(test.src))
			if err != nil {
				t.Fatal(err)
			}
			m, err := mark(p, point.Patch)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(m.New), test.want) {
				t.Errorf("got\n%s\nwant in it\n%s", m.New, test.want)
			}
		})
	}
}

// FuzzMark holds for any file what TestMarkedFilesComeBack holds for real ones.
func FuzzMark(f *testing.F) {
	for _, src := range []string{
		"package p\nfunc f() { l: for { if a { break l } else if b { continue l }; goto l } }\n",
		"package p\nfunc f() { switch x { case 1: fallthrough; case 2: }; select {}; func() { g() }() }\n",
		"package p /* c */ ; import \"x\" ; func f() { if a { /* c\n */ g() } /* d */ }",
		"package p\r\nfunc f() {\r\n\tswitch x := y.(type) {\r\n\t}\r\n\tfor range 3 {} // c\r\n}",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := read("/a.go", src)
		if err != nil || bytes.Contains(src, []byte("goat:")) || bytes.Contains(src, []byte("\r")) && !bytes.Contains(src, []byte("\r\n")) {
			return
		}
		for _, g := range point.Granularities() {
			m, err := mark(p, g)
			if err != nil {
				t.Fatalf("%v\n%q", err, src)
			}
			if again, err := markers.Clean("/a.go", m.New); err != nil || !bytes.Equal(again.Text, src) {
				t.Fatalf("got %q, %v, want %q", again.Text, err, src)
			}
		}
	})
}
