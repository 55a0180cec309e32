package shape

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	pictureFile    = "docs/architecture.md"
	pictureHeading = "## The packages"
)

func TestPicture(t *testing.T) {
	packages := whole(t)
	text, err := os.ReadFile(filepath.Join(*directory, filepath.FromSlash(pictureFile)))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := ParsePicture(string(text), pictureHeading)
	if err != nil {
		t.Fatalf("reading the picture in %s: %v", pictureFile, err)
	}
	for _, fault := range picture.Check(packages) {
		t.Errorf("%s: %s", pictureFile, fault)
	}
}

const smallPicture = `# Small

## Packages

Text.

` + "```" + `
top
    cmd      the command
      ▼
bottom
    b        what a needs
    a
    (later)  a room
    (nested/n)
    gone
` + "```" + `
`

func TestPictureOfSmallModule(t *testing.T) {
	picture, err := ParsePicture(smallPicture, "## Packages")
	if err != nil {
		t.Fatal(err)
	}
	packages := write(t, map[string]string{
		"cmd/cmd.go":       "package main\n\nimport _ \"example.com/small/new\"\n\nfunc main() {}\n",
		"a/a.go":           "package a\n\nimport \"example.com/small/b\"\n\nfunc A(v b.B) { b.F(v.Field); v.M() }\n",
		"b/b.go":           "package b\n\ntype B struct{ Field int }\n\nfunc (B) M() {}\n\nfunc F(int) {}\n",
		"new/new.go":       "package new\n\nimport _ \"example.com/small/a\"\n",
		"nested/go.mod":    "module example.com/small/nested\n\ngo 1.26\n",
		"nested/n/n.go":    "package n\n",
		"nested/n_test.go": "package nested\n",
	})
	want := []string{
		"a uses b, which is above it: B B.M F Field",
		`new is not in the picture: add the line "    new   WHAT IT DOES", below cmd, which uses it, above a, which it uses`,
		"nested/n is there: take the parentheses off its line",
		"no package is in gone: take out its line, or put it in parentheses if it is to come",
	}
	if diff := cmp.Diff(want, picture.Check(packages)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if _, err := ParsePicture(smallPicture, "## Others"); err == nil {
		t.Error("reading a picture behind a heading that is not there: got no error")
	}
	if _, err := ParsePicture("\n## P\n\n```\nx\n  a\n  a\n```\n", "## P"); err == nil {
		t.Error("reading a picture with a package twice: got no error")
	}
}
