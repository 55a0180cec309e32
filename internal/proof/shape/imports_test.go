package shape

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProofsProveFromOutside holds the product apart from what proves it.
func TestProofsProveFromOutside(t *testing.T) {
	for _, p := range chosen(t) {
		if strings.HasPrefix(p.Path, "internal/proof/") {
			continue
		}
		for path := range p.Imports {
			if strings.Contains("/"+path+"/", "/internal/proof/") {
				t.Errorf("%s imports %s: what proves goat is no part of it", p.Path, path)
			}
		}
	}
}

// TestRuntimeIsStandardLibrary: rt is linked into other people's applications,
// and a module that it needed there would meet another version of itself.
func TestRuntimeIsStandardLibrary(t *testing.T) {
	for _, p := range whole(t) {
		if p.Path != "rt" && !strings.HasPrefix(p.Path, "rt/") || p.Path == "rt/victoria" || p.Path == "rt/internal/rttest" {
			continue
		}
		for path := range p.Imports {
			first, _, _ := strings.Cut(path, "/")
			if strings.Contains(first, ".") && !strings.HasPrefix(path, "github.com/goat-trace/goat/rt") || path == "github.com/goat-trace/goat/rt/victoria" {
				t.Errorf("%s imports %s: the runtime uses the standard library and itself", p.Path, path)
			}
		}
	}
}

func TestEveryPackageIsDocumented(t *testing.T) {
	for _, p := range chosen(t) {
		var in []string
		for _, file := range p.Syntax {
			if file.Doc != nil && !strings.HasPrefix(file.Doc.Text(), "Code generated") {
				in = append(in, p.file(file.Package))
			}
		}
		switch {
		case len(in) != 1:
			t.Errorf("%s: got package comments in %v, want one", p.Path, in)
		case p.Name != "main" && len(p.Syntax) > 1 && in[0] != "doc.go":
			t.Errorf("%s: got the package comment in %s, want it in doc.go", p.Path, in[0])
		}
	}
}

// TestContributingNamesEveryPackage reads the table in CONTRIBUTING.md, whose
// first column names packages.
func TestContributingNamesEveryPackage(t *testing.T) {
	packages := whole(t)
	text, err := os.ReadFile(filepath.Join(*directory, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		row, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		cell, _, _ := strings.Cut(row, "` |")
		for path := range strings.SplitSeq(cell, "`, `") {
			named[path] = true
		}
	}
	for _, p := range packages {
		if !named[p.Path] {
			t.Errorf("CONTRIBUTING.md: the table of where things are does not name %s: add a line | `%s` | WHAT COMES IN → WHAT GOES OUT |", p.Path, p.Path)
		}
	}
	for path := range named {
		if _, err := os.Stat(filepath.Join(*directory, filepath.FromSlash(path))); err != nil {
			t.Errorf("CONTRIBUTING.md: the table of where things are names %s: %v", path, err)
		}
	}
}
