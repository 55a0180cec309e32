package diffsrc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

// CompareTexts must return for texts what Compute returns for a repository with
// them.
func TestCompareTexts(t *testing.T) {
	old := map[string]string{
		"a.go":    "package p\n\nfunc a() {\n" + paragraph("moves", 9) + "}\n\nfunc b() {\n\tif x {\n\t\ty()\n\t}\n}\n",
		"gone.go": "package p\n\nfunc gone() {\n" + paragraph("leaves", 9) + "}\n",
	}
	now := map[string]string{
		"a.go": "package p\n\n// A comment.\nfunc b() {\n\tif x { y() }\n\tnewCall()\n}\n\nfunc a() {\n" + paragraph("moves", 9) + "}\n",
		"n.go": "package p\n\nfunc gone() {\n" + paragraph("leaves", 9) + "\tadded()\n}\n",
	}
	r := newRepo(t, old)
	r.git("rm", "-q", "gone.go")
	r.write(now)
	want := compute(t, r.options()).Modules["example.com/m"]

	got := diffsrc.CompareTexts([]diffsrc.Texts{
		{Path: "a.go", OldPath: "a.go", Old: []byte(old["a.go"]), New: []byte(now["a.go"])},
		{Path: "n.go", New: []byte(now["n.go"])},
		{OldPath: "gone.go", Old: []byte(old["gone.go"])},
	})
	if diff := cmp.Diff([][][2]int{want["a.go"].Lines, want["n.go"].Lines, nil}, got); diff != "" {
		t.Errorf("lines (-Compute +CompareTexts):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int{{6, 6}}, got[0]); diff != "" {
		t.Errorf("lines of a.go (-want +got):\n%s", diff)
	}
	if len(got[1]) == 0 {
		t.Error("n.go: got no lines, want that of added()")
	}
}
