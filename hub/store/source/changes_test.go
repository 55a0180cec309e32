package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
)

func TestChanges(t *testing.T) {
	r := newRepo(t)
	long := strings.Repeat("// the same line\n", 40)
	r.write("-- go.mod --\nmodule example.com/m\n")
	r.file("a.go", "1\n2\n3\n4\n5\n6\n")
	r.file("headers.go", "-- a/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n")
	r.file("old name.go", long)
	r.file("gone.go", "package gone\n")
	r.file("mode.go", "x\n")
	r.file("crlf.go", "a\nb\n")
	r.file("ünï \"q\".go", "a\n")
	r.file("noend.go", "a\nb")
	r.file("data.bin", "\x00\x01")
	base := r.commit()

	r.file("a.go", "1\n2 changed\n3\nnew\n4\n6\nend\n")
	r.file("headers.go", "++ b/y\n@@ -7 +7 @@\nother\n")
	r.git("mv", "old name.go", "sub new.go")
	r.file("sub new.go", long+"one more\n")
	r.git("rm", "-q", "gone.go")
	r.git("update-index", "--chmod=+x", "mode.go")
	r.file("crlf.go", "a\r\nb\r\n")
	r.file("ünï \"q\".go", "a\nb\n")
	r.file("noend.go", "a\nc")
	r.file("data.bin", "\x00\x02")
	r.file("testdata/t.go", "t\n")
	r.file("README", "x\ny\n")
	head := r.commit()

	m := newUser(t).mirror(t, r.dir)
	got, err := open(t, m, head).Changes(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	want := &report.Changes{Base: base, Head: head, Files: []report.ChangedFile{
		{Path: "README", Lines: [][2]int{{1, 2}}},
		{Name: "example.com/m/a.go", Path: "a.go", OldPath: "a.go", Lines: [][2]int{{2, 2}, {4, 4}, {7, 7}}},
		{Name: "example.com/m/headers.go", Path: "headers.go", OldPath: "headers.go", Lines: [][2]int{{1, 3}}},
		{Name: "example.com/m/noend.go", Path: "noend.go", OldPath: "noend.go", Lines: [][2]int{{2, 2}}},
		{Name: "example.com/m/sub new.go", Path: "sub new.go", OldPath: "old name.go", Lines: [][2]int{{41, 41}}},
		{Path: "testdata/t.go", Lines: [][2]int{{1, 1}}},
		{Name: "example.com/m/ünï \"q\".go", Path: "ünï \"q\".go", OldPath: "ünï \"q\".go", Lines: [][2]int{{2, 2}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if same, err := open(t, m, head).Changes(ctx, head); err != nil || len(same.Files) != 0 {
		t.Errorf("changes since itself: got %+v, %v, want none", same, err)
	}
	_, err = open(t, m, head).Changes(ctx, "0123456789abcdef0123456789abcdef01234567")
	wantError(t, err, "no branch or tag")
}
