package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChanges(t *testing.T) {
	r := newRepo(t)
	r.write("-- go.mod --\nmodule example.com/m\n")
	body := func(name string, n int) string {
		var b strings.Builder
		b.WriteString("func " + name + "() {\n")
		for i := range n {
			fmt.Fprintf(&b, "\t%sCalls(%d, \"and some words\")\n", name, i)
		}
		return b.String() + "}\n"
	}
	const head = "package m\n\n"
	r.file("headers.go", head+"-- a/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n")
	r.file("old name.go", head+body("renamed", 9))
	r.file("moves.go", head+body("first", 5)+body("second", 5))
	r.file("gone.go", head+body("leaves", 9))
	r.file("shorter.go", head+"func s() {\n\tf(\n\t\t1,\n\t\t2,\n\t)\n\tg()\n}\n")
	r.file("mode.go", head)
	r.file("crlf.go", head+body("crlf", 2))
	r.file("ünï \"q\".go", head)
	r.file("noend.go", head+"func n() { a() }")
	r.file("data.bin", "\x00\x01")
	base := r.commit()

	r.file("headers.go", head+"++ b/y\n@@ -7 +7 @@\nother\n")
	r.git("mv", "old name.go", "sub new.go")
	r.file("sub new.go", "// A comment.\n"+head+strings.Replace(body("renamed", 9), "(3,", "(33,", 1))
	r.file("moves.go", head+body("second", 5)+body("first", 5))
	r.git("rm", "-q", "gone.go")
	r.file("arrived.go", head+"import \"fmt\"\n"+body("leaves", 9)+body("more", 30))
	r.file("shorter.go", head+"func s() {\n\tf(\n\t\t1,\n\t)\n\tg()\n}\n")
	r.git("update-index", "--chmod=+x", "mode.go")
	r.file("crlf.go", strings.ReplaceAll(head+body("crlf", 2), "\n", "\r\n"))
	r.file("ünï \"q\".go", head+"func u() { u() }\n")
	r.file("noend.go", head+"func n() { b() }")
	r.file("data.bin", "\x00\x02")
	r.file("testdata/t.go", "t\n")
	r.file("a\nb.go", head+"func a() { a() }\n")
	r.file("README", "x\ny\n")
	commit := r.commit()

	m := newUser(t).mirror(t, r.dir)
	changes, err := open(t, m, commit).Changes(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range changes.Files {
		got = append(got, fmt.Sprintf("%q %q %q %v", f.Name, f.Path, f.OldPath, f.Lines))
	}
	want := []string{
		`"" "README" "" [[1 2]]`,
		`"example.com/m/a\nb.go" "a\nb.go" "" [[1 3]]`,         // cannot be read, so git's lines
		`"example.com/m/arrived.go" "arrived.go" "" [[15 45]]`, // without lines from gone.go
		`"example.com/m/headers.go" "headers.go" "headers.go" [[3 5]]`,
		`"example.com/m/moves.go" "moves.go" "moves.go" []`,
		`"example.com/m/noend.go" "noend.go" "noend.go" [[3 3]]`,
		`"example.com/m/shorter.go" "shorter.go" "shorter.go" [[5 5]]`,
		`"example.com/m/sub new.go" "sub new.go" "old name.go" [[8 8]]`,
		`"" "testdata/t.go" "" [[1 1]]`,
		`"example.com/m/ünï \"q\".go" "ünï \"q\".go" "ünï \"q\".go" [[3 3]]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	for _, f := range changes.Files {
		if f.Path == "sub new.go" && !cmp.Equal(f.Diff, [][2]int{{1, 1}, {8, 8}}) {
			t.Errorf("lines of the diff of %s: got %v, want 1 and 8", f.Path, f.Diff)
		}
	}

	if same, err := open(t, m, commit).Changes(ctx, commit); err != nil || len(same.Files) != 0 {
		t.Errorf("changes since itself: got %+v, %v, want none", same, err)
	}
	_, err = open(t, m, commit).Changes(ctx, "0123456789abcdef0123456789abcdef01234567")
	wantError(t, err, "no branch or tag")
}
