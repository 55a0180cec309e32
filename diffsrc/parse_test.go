package diffsrc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
)

func TestParseDiff(t *testing.T) {
	oid := func(c string) string { return strings.Repeat(c, 40) }
	text := ":100644 100644 " + oid("1") + " " + oid("2") + " M\ta b.go\n" +
		":100644 100644 " + oid("3") + " " + oid("4") + " R090\t\"old\\t.go\"\t\"\\303\\274.go\"\n" +
		":000000 100644 " + oid("0") + " " + oid("5") + " A\tnew.go\n" +
		":100644 000000 " + oid("6") + " " + oid("0") + " D\tgone.go\n\n" +
		"diff --git a/a b.go b/a b.go\nindex 1..2 100644\n--- a/a b.go\t\n+++ b/a b.go\t\n@@ -3 +3,2 @@ func f() {\n-x\n+y\n+z\n@@ -9,2 +10,0 @@\n-x\n-y\n" +
		"diff --git \"a/old\\t.go\" \"b/\\303\\274.go\"\nsimilarity index 90%\nrename from \"old\\t.go\"\nrename to \"\\303\\274.go\"\nindex 3..4 100644\n" +
		"--- \"a/old\\t.go\"\n+++ \"b/\\303\\274.go\"\n@@ -4,0 +5,2 @@\n+x\n+y\n" +
		"diff --git a/new.go b/new.go\nnew file mode 100644\nindex 0..5\n--- /dev/null\n+++ b/new.go\n@@ -0,0 +1 @@\n+package p\n\\ No newline at end of file\n"
	got, err := parseDiff([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []*changedFile{
		{path: "a b.go", oldPath: "a b.go", oldOID: oid("1"), newOID: oid("2"), hunks: []compare.Hunk{{Old: 3, OldEnd: 4, New: 3, NewEnd: 5}, {Old: 9, OldEnd: 11, New: 11, NewEnd: 11}}},
		{path: "ü.go", oldPath: "old\t.go", oldOID: oid("3"), newOID: oid("4"), hunks: []compare.Hunk{{Old: 5, OldEnd: 5, New: 5, NewEnd: 7}}},
		{path: "new.go", newOID: oid("5"), hunks: []compare.Hunk{{Old: 1, OldEnd: 1, New: 1, NewEnd: 2}}},
		{oldPath: "gone.go", oldOID: oid("6")},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(changedFile{})); diff != "" {
		t.Errorf("changed files: got +, want -:\n%s", diff)
	}
	for _, bad := range []string{":x\n", ":1 2 3 4 M\n", ":1 2 3 4 X\ta\n", ":1 2 3 4 R\ta\n", ":1 2 3 4 M\t\"a\n", ":1 2 3 4 M\t\"\\9\"\n"} {
		if got, err := parseDiff([]byte(bad)); err == nil {
			t.Errorf("got %v for %q, want an error", got, bad)
		}
	}
}

func FuzzParseDiff(f *testing.F) {
	f.Add([]byte(":100644 100644 1 2 M\ta.go\n\ndiff --git a/a.go b/a.go\n--- a/a.go\n+++ b/a.go\n@@ -3 +3,2 @@\n-x\n+y\n+z\n"), "1\n2\n3\n", "1\n2\n3\n4\n")
	f.Add([]byte(":000000 100644 0 2 A\ta.go\n"), "", "x")
	f.Add([]byte("@@ -1,9999999999 +1 @@\n"), "x", "")
	f.Fuzz(func(t *testing.T, text []byte, old, new string) {
		files, err := parseDiff(text)
		if err != nil {
			return
		}
		var hunks []compare.Hunk
		for _, file := range files {
			hunks = append(hunks, file.hunks...)
		}
		compare.Compare([]byte(old), []byte(new), hunks) // must not panic, whatever the hunks
	})
}

// TestMisreadDiff has a file whose text looks like the head of a patch.
func TestMisreadDiff(t *testing.T) {
	old := []byte("a\n-- x\nb\nc\n")
	new := []byte("a\n++ x\nb\nd\n")
	text := ":1 2 3 4 M\ta.go\n\ndiff --git a/a.go b/a.go\n--- a/a.go\n+++ b/a.go\n@@ -2 +2 @@\n--- x\n+++ x\n@@ -4 +4 @@\n-c\n+d\n"
	files, err := parseDiff([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []compare.Hunk{{Old: 2, OldEnd: 3, New: 2, NewEnd: 3}, {Old: 4, OldEnd: 5, New: 4, NewEnd: 5}}
	if diff := cmp.Diff(want, compare.CheckedHunks(old, new, files[0].hunks)); diff != "" {
		t.Errorf("hunks: got +, want -:\n%s", diff)
	}
}
