package diffsrc_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// patchedRepo has staged changes of each kind since v1.0.0.
func patchedRepo(t *testing.T) *gitRepo {
	r := newRepo(t, map[string]string{
		"a.go": function("a", 30), "b/b.go": function("b", 5), "old.go": function("o", 9), "crlf.go": dos(function("c", 5)),
		"gone.go": function("g", 3), "bare.go": strings.TrimSuffix(function("x", 3), "\n"), "q\"ü\t.go": function("q", 3),
		"with blank.go": function("w", 3), "mode.go": function("m", 3), "tool.sh": "echo\n", "bin.dat": "\x00\x01\x02",
		"raw.go": "package p\n\nvar _ = func() string {\n\treturn `\n--- x\n-- y\nz\n`\n}\n",
	})
	edited := strings.Replace(function("a", 30), "step number 3 of", "step number three of", 1)
	edited = strings.Replace(edited, "\tprintln(\"a does its step number 20 of 30\")\n", "", 1)
	r.git("mv", "old.go", "new.go")
	r.remove("gone.go")
	r.write(map[string]string{
		"a.go": edited, "b/b.go": function("b", 6), "new.go": strings.Replace(function("o", 9), "number 4", "number four", 1),
		"crlf.go": dos(strings.Replace(function("c", 5), "number 2", "number two", 1)), "bare.go": function("x", 3) + "\nfunc y() { println(1) }",
		"q\"ü\t.go": function("q", 4), "with blank.go": function("w", 4), "tool.sh": "echo 2\n", "bin.dat": "\x00\x03", "created.go": function("n", 2),
		"raw.go": "package p\n\nvar _ = func() string {\n\treturn `\n-- y\n++ y\nz\n`\n}\n",
	})
	r.git("add", "-A")
	r.git("update-index", "--chmod=+x", "mode.go")
	return r
}

func TestPatchfileEqualsDiff(t *testing.T) {
	t.Parallel()
	r := patchedRepo(t)
	o := r.options()
	o.Precision = 2
	renames := compute(t, o)
	o.Precision = 3
	noRenames := compute(t, o)
	tests := []struct {
		name string
		want *diffsrc.LineSet
		args []string
	}{
		{"git", renames, nil},
		{"no context", renames, []string{"-U0"}},
		{"whole files", renames, []string{"-U1000"}},
		{"no prefix", renames, []string{"--no-prefix"}},
		{"other prefixes", renames, []string{"--src-prefix=i/", "--dst-prefix=w/"}},
		{"no quoting", renames, []string{"--binary", "--full-index"}},
		{"no renames", noRenames, []string{"--no-renames"}},
		{"go files only", renames, []string{"--", "*.go"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := r.options()
			o.Base = ""
			o.Patchfile = filepath.Join(t.TempDir(), "p.patch")
			args := append([]string{"diff", "--cached", "-M", "--output=" + o.Patchfile, "v1.0.0"}, tt.args...)
			r.git(args...)
			got := compute(t, o)
			if diff := cmp.Diff(lines(tt.want), lines(got)); diff != "" {
				t.Errorf("effective lines: got +, want -:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want.Modules, got.Modules); diff != "" {
				t.Errorf("modules: got +, want -:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want.Pairs, got.Pairs); diff != "" {
				t.Errorf("pairs: got +, want -:\n%s", diff)
			}
		})
	}
}

func TestPatchfileForms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // without git
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/m\n")
	writeFile(t, filepath.Join(dir, "x/a.go"), body("a()", "b()", "c()"))
	hunk := "@@ -3,3 +3,4 @@ package p\n func f() {\n a()\n+b()\n c()\n"
	tests := []struct {
		name, patch string
		want        map[string]string
	}{
		{"empty", "", map[string]string{}},
		{"blank", "\n\n", map[string]string{}},
		{"git's prefixes", "--- a/x/a.go\n+++ b/x/a.go\n" + hunk, map[string]string{"x/a.go": "5"}},
		{"no prefixes, times", "--- x/a.go\t2020-01-02 03:04:05.000000000 +0000\n+++ x/a.go\t2020-01-02 03:04:05.000000000 +0000\n" + hunk, map[string]string{"x/a.go": "5"}},
		{"new file", "--- /dev/null\n+++ b/x/a.go\n@@ -0,0 +1,7 @@\n+" + strings.ReplaceAll(strings.TrimSuffix(body("a()", "b()", "c()"), "\n"), "\n", "\n+") + "\n", map[string]string{"x/a.go": "3-6"}},
		{"CRLF", strings.ReplaceAll("--- a/x/a.go\n+++ b/x/a.go\n"+hunk, "\n", "\r\n"), map[string]string{"x/a.go": "5"}},
		{"a mail", "From: me\nSubject: x\n\nText.\n---\n x/a.go | 1 +\n\ndiff --git a/x/a.go b/x/a.go\nindex 1..2 100644\n--- a/x/a.go\n+++ b/x/a.go\n" + hunk + "-- \n2.39.5\n\n", map[string]string{"x/a.go": "5"}},
		{"only a deletion", "--- a/gone.go\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-package p\n-var X int\n", map[string]string{}},
		{"another language", "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-int x;\n+int y;\n", map[string]string{}},
		{"mode only", "diff --git a/x/a.go b/x/a.go\nold mode 100644\nnew mode 100755\n", map[string]string{}},
		{"stripped blank line", "--- a/x/a.go\n+++ b/x/a.go\n@@ -1,4 +1,5 @@\n package p\n\n func f() {\n a()\n+b()\n", map[string]string{"x/a.go": "5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := diffsrc.Options{Dir: dir, Modules: []modules.Module{{Path: "example.com/m", Dir: dir}}, Patchfile: filepath.Join(t.TempDir(), "p")}
			writeFile(t, o.Patchfile, tt.patch)
			set := compute(t, o)
			wantLines(t, set, tt.want)
			if set.Source != "patchfile" || len(set.Bases) != 0 {
				t.Errorf("got source %s, bases %v, want patchfile without a base", set.Source, set.Bases)
			}
		})
	}
}

func body(statements ...string) string {
	return "package p\n\nfunc f() {\n" + strings.Join(statements, "\n") + "\n}\n"
}

func TestPatchfileOfSubdirectory(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"sub/go.mod": "module example.com/m\n", "sub/a.go": function("a", 3), "a.go": function("z", 3)})
	r.write(map[string]string{"sub/a.go": function("a", 4), "a.go": function("z", 5)})
	o := r.options()
	o.Modules[0].Dir = filepath.Join(r.dir, "sub")
	o.Patchfile = filepath.Join(t.TempDir(), "p")
	want := map[string]string{"a.go": "4-7"}
	r.git("diff", "--output="+o.Patchfile, "v1.0.0")
	wantLines(t, compute(t, o), want)
	r.git("diff", "--relative=sub", "--output="+o.Patchfile, "v1.0.0")
	wantLines(t, compute(t, o), want)
}

func TestPatchfileErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/m\n")
	writeFile(t, filepath.Join(dir, "a.go"), body("a()", "b()"))
	head := "--- a/a.go\n+++ b/a.go\n"
	tests := []struct {
		name, patch string
		want        []string
	}{
		{"other content", head + "@@ -4,1 +4,2 @@\n a()\n+c()\n", []string{"file a.go", "hunk @@ -4,1 +4,2 @@", `line 5 of the file is "b()"`, `the patch has "c()"`, "make the patch again"}},
		{"beyond the end", head + "@@ -40,1 +40,2 @@\n a()\n+c()\n", []string{"a.go", "the file has 6 lines"}},
		{"ends early", head + "@@ -6,1 +6,2 @@\n }\n+c()\n", []string{"a.go", "ends at line 6"}},
		{"overlap", head + "@@ -4,1 +4,2 @@\n a()\n+b()\n@@ -4,1 +4,1 @@\n a()\n", []string{"overlaps"}},
		{"file is missing", "--- a/b.go\n+++ b/b.go\n@@ -1 +1 @@\n-x\n+y\n", []string{"file b/b.go", "is not below", "top of the repository"}},
		{"no patch", "hello\nworld\n", []string{"no unified diff", "git diff BASE"}},
		{"combined", "diff --cc a.go\nindex 1,2..3\n--- a/a.go\n+++ b/a.go\n@@@ -1,1 -1,1 +1,1 @@@\n++x\n", []string{"combined diff", "git diff BASE"}},
		{"hunk is cut off", head + "@@ -4,3 +4,4 @@\n a()\n", []string{"a.go", "not as many as the header says"}},
		{"bad header", head + "@@ -a,3 +4,4 @@\n a()\n", []string{"parsing patchfile", "git diff BASE"}},
		{"twice", head + "@@ -4,0 +5 @@\n+b()\n" + head + "@@ -3,0 +4 @@\n+a()\n", []string{"a.go", "twice"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := diffsrc.Options{Dir: dir, Modules: []modules.Module{{Path: "example.com/m", Dir: dir}}, Patchfile: filepath.Join(t.TempDir(), "p.patch")}
			writeFile(t, o.Patchfile, tt.patch)
			computeError(t, o, append(tt.want, o.Patchfile)...)
		})
	}
	o := diffsrc.Options{Dir: dir, Patchfile: filepath.Join(dir, "missing.patch")}
	computeError(t, o, "missing.patch", "-patchfile")
}
