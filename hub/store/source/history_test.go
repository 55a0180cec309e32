package source_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/source"
)

// Lines belong to the commits that changed them: with one commit for a file, with
// several, after a rename, through a merge, and without a base.
func TestHistory(t *testing.T) {
	r := newRepo(t)
	r.write("-- go.mod --\nmodule example.com/m\n-- a.go --\npackage m\n\nfunc a() {}\n-- b.go --\npackage m\n\nfunc b() {}\n-- old.go --\npackage m\n\nfunc o() {\n\ta()\n\tb()\n}\n-- same.go --\npackage m\n")
	base := r.commit()
	r.file("a.go", "package m\n\nfunc a() {\n\tone()\n}\n")
	r.file("old.go", "package m\n\nfunc o() {\n\ta()\n\tb()\n\tone()\n}\n")
	first := r.commit()
	r.file("b.go", "package m\n\nfunc b() {\n\ttwo()\n}\n")
	r.file("a.go", "package m\n\nfunc a() {\n\tone()\n\ttwo()\n}\n")
	r.git("mv", "old.go", "new \"ü\".go")
	second := r.commit()
	r.git("checkout", "-q", "-b", "side", first)
	r.file("side.go", "package m\n\nfunc side() {}\n")
	side := r.commit()
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
	head := r.git("rev-parse", "HEAD")

	tree := open(t, newUser(t).mirror(t, r.dir), head)
	h, err := tree.History(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	at := func(h *source.History, file string, line int) string {
		t.Helper()
		lines, err := h.Lines(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		if c := lines.At(line); c != nil {
			return c.ID
		}
		return ""
	}
	for _, test := range []struct {
		file string
		line int
		want string
	}{
		{"a.go", 4, first}, {"a.go", 5, second}, {"a.go", 1, ""}, {"a.go", 99, ""}, {"b.go", 4, second},
		{`new "ü".go`, 6, first}, {`new "ü".go`, 4, ""}, {"side.go", 3, side}, {"same.go", 1, ""},
	} {
		if got := at(h, test.file, test.line); got != test.want {
			t.Errorf("%s:%d: got commit %q, want %q", test.file, test.line, got, test.want)
		}
	}
	whole, err := tree.History(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := at(whole, "same.go", 1); got != base {
		t.Errorf("without a base: got commit %q, want %q", got, base)
	}
	if _, err := h.Lines(ctx, "../etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want that there is no such file", err)
	}
	if _, err := tree.History(ctx, strings.Repeat("0", 40)); !errors.Is(err, source.ErrMissing) {
		t.Errorf("got %v, want that the base is missing", err)
	}
}

// Whoever made a commit wrote its texts: they change no other commit's lines.
func TestHostileHistory(t *testing.T) {
	r := newRepo(t)
	r.write("-- go.mod --\nmodule example.com/m\n-- a.go --\npackage m\n")
	base := r.commit()
	r.file("a.go", "package m\n\nvar a = 1\n")
	r.git("add", "-A")
	subject := "\x01M\ta.go\t\xff<script>" + strings.Repeat("ü", 300)
	r.git("-c", "user.name=\x01x\xfe", "-c", "i18n.commitEncoding=utf-8", "commit", "-q", "--cleanup=verbatim", "-m", subject+"\n\nA\ta.go")
	r.file("a.go", "package m\n\nvar a = 1\nvar b = 2\n")
	head := r.commit()
	tree := open(t, newUser(t).mirror(t, r.dir), head)
	for _, since := range []string{base, ""} {
		h, err := tree.History(ctx, since)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := h.Lines(ctx, "a.go")
		if err != nil {
			t.Fatal(err)
		}
		c := lines.At(3)
		if c == nil || !strings.Contains(c.Subject, "<script>") || len(c.Subject) > 204 || strings.ToValidUTF8(c.Subject+c.Author, "") != c.Subject+c.Author {
			t.Errorf("since %q: got %+v, want the commit with its subject, cut and valid", since, c)
		}
		if c := lines.At(4); c == nil || c.ID != head {
			t.Errorf("since %q: got %+v for the last line, want %s", since, c, head)
		}
	}
}
