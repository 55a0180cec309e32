package diffsrc

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseBlame(t *testing.T) {
	base, work := strings.Repeat("a", 40), strings.Repeat("b", 40)
	header := func(title string) string {
		return "author goat\nauthor-mail <goat>\nsummary " + title + "\nboundary\n"
	}
	text := work + " 1 1 2\n" + header("work") + "previous " + base + " file.go\nfilename file.go\n" +
		base + " 7 3 2\n" + header("base") + "filename file.go\n" +
		base + " 9 5 1\nfilename source000012.go\n"
	got, err := parseBlame([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []origin{{Line: 3, Count: 2, Source: -1, SourceLine: 7}, {Line: 5, Count: 1, Source: 12, SourceLine: 9}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins: got +, want -:\n%s", diff)
	}
	for _, bad := range []string{"x 1 1\n", "x 1 0 1\n", base + " 1 1 1\n", strings.Replace(text, "source000012.go", "other.go", 1)} {
		if got, err := parseBlame([]byte(bad)); err == nil {
			t.Errorf("got %v for %q, want an error", got, bad)
		}
	}
}

func FuzzParseBlame(f *testing.F) {
	f.Add([]byte("aa 1 1 2\nsummary base\nfilename file.go\naa 9 5 1\nfilename source000012.go\n"))
	f.Add([]byte("aa 1 1 2\nfilename"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseBlame(text)
		if err != nil && list != nil {
			t.Errorf("got %v with error %v, want one of them", list, err)
		}
		for _, o := range list {
			if o.Line < 1 || o.SourceLine < 1 || o.Count < 1 || o.Source < -1 {
				t.Errorf("got origin %+v", o)
			}
		}
	})
}

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
		{path: "a b.go", oldPath: "a b.go", oldOID: oid("1"), newOID: oid("2"), hunks: []hunk{{3, 4, 3, 5}, {9, 11, 11, 11}}},
		{path: "ü.go", oldPath: "old\t.go", oldOID: oid("3"), newOID: oid("4"), hunks: []hunk{{5, 5, 5, 7}}},
		{path: "new.go", newOID: oid("5"), hunks: []hunk{{1, 1, 1, 2}}},
		{oldPath: "gone.go", oldOID: oid("6")},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(changedFile{}, hunk{})); diff != "" {
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
		var hunks []hunk
		for _, file := range files {
			hunks = append(hunks, file.hunks...)
		}
		// Whatever the diff said, what is used turns old into new.
		a, b := splitLines([]byte(old)), splitLines([]byte(new))
		if got := checkedHunks([]byte(old), []byte(new), hunks); !consistent(a, b, got) {
			t.Errorf("got hunks %v that do not turn %q into %q", got, old, new)
		}
	})
}

func FuzzPatch(f *testing.F) {
	f.Add([]byte("--- a/a.go\n+++ b/a.go\n@@ -3,3 +3,4 @@\n func f() {\n a()\n+b()\n c()\n"), body("a()", "b()", "c()"))
	f.Add([]byte("--- a/a.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n"), "")
	f.Add([]byte("diff --git \"a/\\\"\" \"b/\\\"\"\nrename from x\n"), "x")
	f.Fuzz(func(t *testing.T, text []byte, src string) {
		patches, err := parsePatch(text)
		if err != nil {
			return
		}
		for _, p := range patches {
			old, hunks, err := reverse(p, []byte(src))
			if err != nil {
				continue
			}
			if !consistent(splitLines(old), splitLines([]byte(src)), hunks) {
				t.Errorf("got hunks %v between %q and %q", hunks, old, src)
			}
			effective(old, []byte(src), hunks)
		}
	})
}

func FuzzNames(f *testing.F) {
	f.Add("a\tb\"c\\d\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.HasPrefix(name, `"`) {
			unquoteName(name)
		}
		if got, err := unquoteName(quoteName(name)); err != nil || got != name {
			t.Errorf("got %q, %v, want %q", got, err, name)
		}
	})
}

// TestMisreadDiff shows a file whose text looks like the head of a patch.
func TestMisreadDiff(t *testing.T) {
	old := []byte("a\n-- x\nb\nc\n")
	new := []byte("a\n++ x\nb\nd\n")
	text := ":1 2 3 4 M\ta.go\n\ndiff --git a/a.go b/a.go\n--- a/a.go\n+++ b/a.go\n@@ -2 +2 @@\n--- x\n+++ x\n@@ -4 +4 @@\n-c\n+d\n"
	files, err := parseDiff([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []hunk{{2, 3, 2, 3}, {4, 5, 4, 5}}
	if diff := cmp.Diff(want, checkedHunks(old, new, files[0].hunks), cmp.AllowUnexported(hunk{})); diff != "" {
		t.Errorf("hunks: got +, want -:\n%s", diff)
	}
}

func TestScan(t *testing.T) {
	tests := []struct{ a, b string }{
		{"f(a,\nb,\n)", "f(a, b)"},
		{"[]int{\n1,\n}", "[]int{1}"},
		{"a[\n1,\n]", "a[1]"},
		{"{ a(); b(); }", "{\na()\nb()\n}"},
		{"import (\n\"x\"\n)", "import (\"x\")"},
		{"x /* a */ + y // b", "x + y"},
		{"0XAB + 1E9", "0xab + 1e9"},
		{"`a\r\nb`", "`a\nb`"},
		{"\ufeffx", "x"},
	}
	for _, tt := range tests {
		if a, b := scan([]byte(tt.a)), scan([]byte(tt.b)); !sameTokens(a, b) {
			t.Errorf("got %v for %q, want %v as for %q", a, tt.a, b, tt.b)
		}
	}
	for _, tt := range []struct{ a, b string }{{"return\nx", "return x"}, {"`a`", "\"a\""}, {"a", "b"}, {"'a'", "'A'"}} {
		if sameTokens(scan([]byte(tt.a)), scan([]byte(tt.b))) {
			t.Errorf("got the same tokens for %q and %q, want others", tt.a, tt.b)
		}
	}
	if lines := bytes.Count([]byte("a\n`\n\n`"), []byte{'\n'}) + 1; scan([]byte("a\n`\n\n`\nb"))[2].end != lines {
		t.Errorf("got a raw string that ends on another line than %d", lines)
	}
}
