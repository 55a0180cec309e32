package diffsrc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hostileConfig holds settings that users have, and worse ones.
const hostileConfig = `[diff]
	noprefix = true
	mnemonicPrefix = true
	external = /nonexistent/diff
	algorithm = patience
	orderFile = /nonexistent/order
	interHunkContext = 50
	context = 20
	renames = false
	renameLimit = 1
	indentHeuristic = false
	colorMoved = zebra
	wsErrorHighlight = all
	ignoreSubmodules = none
	suppressBlankEmpty = true
	relative = true
	statGraphWidth = 3
	submodule = log
[diff "go"]
	textconv = tr a-z A-Z
	binary = true
	xfuncname = "^x"
	command = false
[color]
	ui = always
[core]
	quotePath = false
	attributesFile = ~/attributes
	abbrev = 4
	pager = false
	fsmonitor = /nonexistent/monitor
	precomposeUnicode = false
	excludesFile = /nonexistent/excludes
	whitespace = cr-at-eol
	logAllRefUpdates = always
[blame]
	ignoreRevsFile = /nonexistent/revs
	coloring = highlightRecent
	showEmail = true
	blankBoundary = true
	date = relative
	markUnblamableLines = true
[status]
	renames = copies
	showUntrackedFiles = no
[log]
	showSignature = true
[fetch]
	prune = true
[grep]
	lineNumber = true
[alias]
	diff-tree = !false
	blame = !false
[fastimport]
	unpackLimit = 1000
[gc]
	auto = 1
`

// TestHostileConfiguration computes all cases twice, the second time with
// hostile configuration, attributes and environment.
func TestHostileConfiguration(t *testing.T) {
	r := newRepo(t, map[string]string{
		"moved.go": "package p\n\nfunc m() {\n" + paragraph("moves", 9) + "}\n", "old name.go": function("n", 12), "ünï.go": function("u", 3),
		"sub/s.go": function("s", 3),
	})
	r.git("mv", "old name.go", "new name.go")
	r.write(map[string]string{
		"moved.go": "package p\n", "ünï.go": function("u", 4), "sub/s.go": function("s", 4),
		"new.go": "package p\n\nfunc other() {\n\tprintln(other)\n" + paragraph("moves", 9) + "}\n",
	})
	o := r.options()
	var want []map[string]string
	for precision := 1; precision <= 3; precision++ {
		o.Precision = precision
		want = append(want, lines(compute(t, o)))
	}
	if diff := cmp.Diff(map[string]string{"example.com/m/new.go": "3-4", "example.com/m/ünï.go": "4-7", "example.com/m/sub/s.go": "4-7"}, want[0]); diff != "" {
		t.Fatalf("effective lines: got +, want -:\n%s", diff)
	}

	home := t.TempDir()
	writeFile(t, filepath.Join(home, ".gitconfig"), hostileConfig)
	writeFile(t, filepath.Join(home, "attributes"), "*.go -diff diff=go binary\n")
	writeFile(t, filepath.Join(home, "xdg/git/attributes"), "*.go -diff\n")
	local, err := os.OpenFile(filepath.Join(r.dir, ".git/config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := local.WriteString(hostileConfig); err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(r.dir, ".git/info/attributes"), "*.go -diff diff=go\n")
	r.write(map[string]string{".gitattributes": "*.go binary -text diff=go\n"})
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "xdg"), "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de",
		"GIT_DIR": "/nonexistent/.git", "GIT_WORK_TREE": "/nonexistent", "GIT_INDEX_FILE": filepath.Join(home, "index"),
		"GIT_OBJECT_DIRECTORY": "/nonexistent/objects", "GIT_PREFIX": "sub/", "GIT_EXTERNAL_DIFF": "false", "GIT_DIFF_OPTS": "-u9",
		"GIT_LITERAL_PATHSPECS": "1", "GIT_NOGLOB_PATHSPECS": "1", "GIT_PAGER": "false", "GIT_TRACE": "1", "GIT_NAMESPACE": "x",
		"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.noprefix", "GIT_CONFIG_VALUE_0": "true",
		"GIT_CONFIG_PARAMETERS": "'diff.context'='7'", "GIT_DEFAULT_HASH": "sha256", "GIT_REDIRECT_STDOUT": "off",
	} {
		t.Setenv(name, value)
	}
	for precision := 1; precision <= 3; precision++ {
		o.Precision = precision
		if diff := cmp.Diff(want[precision-1], lines(compute(t, o))); diff != "" {
			t.Errorf("effective lines at precision %d: got +, want -:\n%s", precision, diff)
		}
	}
}

// TestHookEnvironment runs as if from a pre-commit hook of a linked work tree.
func TestHookEnvironment(t *testing.T) {
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.write(map[string]string{"a.go": function("a", 4)})
	t.Setenv("GIT_DIR", filepath.Join(r.dir, ".git"))
	t.Setenv("GIT_INDEX_FILE", ".git/next-index-123.lock")
	t.Setenv("GIT_EDITOR", ":")
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
}

// TestDetachedGitDir has its repository elsewhere, and only GIT_DIR names it.
func TestDetachedGitDir(t *testing.T) {
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	elsewhere := filepath.Join(t.TempDir(), "repository")
	if err := os.Rename(filepath.Join(r.dir, ".git"), elsewhere); err != nil {
		t.Fatal(err)
	}
	r.write(map[string]string{"a.go": function("a", 4)})
	t.Setenv("GIT_DIR", elsewhere)
	t.Setenv("GIT_WORK_TREE", r.dir)
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
}

// TestNothingIsWritten compares all bytes of the repository before and after.
func TestNothingIsWritten(t *testing.T) {
	r := newRepo(t, map[string]string{"a.go": "package p\n\nfunc m() {\n" + paragraph("moves", 9) + "}\n", "b.go": function("b", 5), "old.go": function("o", 9)})
	r.git("mv", "old.go", "new.go")
	r.write(map[string]string{"a.go": "package p\n", "b.go": function("b", 6), "c.go": "package p\n\nfunc m2() {\n" + paragraph("moves", 9) + "}\n"})
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	before := digest(t, r.dir)
	o := r.options()
	for precision := 1; precision <= 3; precision++ {
		o.Precision = precision
		compute(t, o)
	}
	if diff := cmp.Diff(before, digest(t, r.dir)); diff != "" {
		t.Errorf("repository changed: got +, want -:\n%s", diff)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("got %v left in the temporary directory (%v), want nothing", left, err)
	}
}
