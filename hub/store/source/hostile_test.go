package source_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/source"
)

// A repository contains files that name programs, and so does the configuration
// of the repository that is fetched from. The hub's user has settings that
// change git's output. No program may start and nothing may change.
func TestHostileRepository(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	run := "touch " + ran + "; false"
	r := newRepo(t)
	r.write("-- go.mod --\nmodule example.com/m\n-- a.go --\npackage a\n\nfunc a() {}\n")
	r.file(".gitattributes", "*.go diff=evil filter=evil binary -diff ident\n")
	r.file(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c \""+run+"\"\n[submodule \"-u./y\"]\n\tpath = -u./y\n\turl = -u./y\n")
	r.file("HEAD", "ref: refs/heads/main\n")
	r.file("config", "[core]\n\tfsmonitor = "+run+"\n\tbare = true\n")
	r.file("objects/x", "")
	r.file("refs/x", "")
	base := r.commit()
	r.file("a.go", "package a\n\nfunc a() { a() }\n")
	head := r.commit()
	hook := filepath.Join(t.TempDir(), "hooks")
	for _, name := range []string{"reference-transaction", "post-checkout", "pre-auto-gc", "post-rewrite"} {
		if err := errors.Join(os.MkdirAll(hook, 0o777), os.WriteFile(filepath.Join(hook, name), []byte("#!/bin/sh\n"+run+"\n"), 0o777)); err != nil {
			t.Fatal(err)
		}
	}
	u := newUser(t)
	settings := "[core]\n\thooksPath = " + hook + "\n\tfsmonitor = " + run + "\n\tquotePath = false\n\tattributesFile = " + filepath.Join(u.home, "attributes") +
		"\n\talternateRefsCommand = " + run + "\n[diff]\n\texternal = " + run + "\n\tnoprefix = true\n\tcontext = 9\n\tinterHunkContext = 9\n\talgorithm = patience\n\trenames = false\n" +
		"[diff \"evil\"]\n\ttextconv = " + run + "\n\tcommand = " + run + "\n[filter \"evil\"]\n\tsmudge = " + run + "\n\tclean = " + run + "\n\tprocess = " + run +
		"\n[color]\n\tui = always\n[fetch]\n\tprune = false\n\trecurseSubmodules = yes\n[alias]\n\tcat-file = !" + run + "\n[gc]\n\tauto = 1\n[pager]\n\tdiff-tree = " + run + "\n"
	for name, text := range map[string]string{".gitconfig": settings, "attributes": "*.go diff=evil filter=evil binary -diff\n"} {
		if err := os.WriteFile(filepath.Join(u.home, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	u.options.Environ = append(u.options.Environ, "GIT_DIR=/nonexistent", "GIT_WORK_TREE=/nonexistent", "GIT_OBJECT_DIRECTORY=/nonexistent", "GIT_EXTERNAL_DIFF="+run,
		"GIT_INDEX_FILE=/nonexistent", "GIT_PAGER="+run, "GIT_TRACE=1", "GIT_NAMESPACE=x", "GIT_CEILING_DIRECTORIES=/", "GIT_DIFF_OPTS=-u9", "GIT_TEMPLATE_DIR="+filepath.Dir(hook))

	tree := open(t, u.mirror(t, r.dir), head)
	wantFile(t, tree, "a.go", "package a\n\nfunc a() { a() }\n")
	changes, err := tree.Changes(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes.Files) != 1 || changes.Files[0].Path != "a.go" || len(changes.Files[0].Lines) != 1 || changes.Files[0].Lines[0] != [2]int{3, 3} {
		t.Errorf("changes: got %+v, want line 3 of a.go", changes.Files)
	}
	if got, err := u.mirror(t, r.dir).MergeBase(ctx, base, head); err != nil || got != base {
		t.Errorf("merge base: got %q, %v, want %s", got, err, base)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program was started that the repository or the user's settings name")
	}
}

// Only git's own protocols are allowed, also after url.*.insteadOf.
func TestRewrittenAddress(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	for _, c := range []struct{ instead, want string }{
		{"ext::sh -c 'touch " + ran + "' ", "want"},
		{"https://user:hidden@example.invalid/", "a password in it would be seen"},
	} {
		u := newUser(t)
		config := "[url \"" + c.instead + "\"]\n\tinsteadOf = https://example.invalid/\n[protocol]\n\tallow = always\n[protocol \"ext\"]\n\tallow = always\n"
		if err := os.WriteFile(filepath.Join(u.home, ".gitconfig"), []byte(config), 0o666); err != nil {
			t.Fatal(err)
		}
		u.options.Environ = append(u.options.Environ, "GIT_ALLOW_PROTOCOL=ext:https")
		_, err := u.mirror(t, "https://example.invalid/repo").Open(ctx, "0123456789")
		wantError(t, err, "insteadOf", c.want)
		if err != nil && strings.Contains(err.Error(), "hidden") || strings.Contains(u.log.String(), "hidden") {
			t.Errorf("a password is shown: %v\n%s", err, u.log)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program was started that an address names")
	}
}

// Invented commit ids do not make the hub ask a server for each.
func TestMadeUpCommits(t *testing.T) {
	r := newRepo(t)
	commit := r.commit()
	u := newUser(t)
	u.options.MissesPerMinute = 3
	m := u.mirror(t, r.dir)
	open(t, m, commit).Close()
	var err error
	for i := range 10 {
		_, err = m.Commit(ctx, fmt.Sprintf("%040x", 0xabcdef+i))
	}
	wantError(t, err, "asked for 3 other commits within a minute: ask again later")
	if errors.Is(err, source.ErrMissing) {
		t.Error("nobody knows whether the commit is missing, but the error says so")
	}
	if got := u.fetches(); got > 5 { // one that found it, and two for each of the two missing ones
		t.Errorf("got %d fetches, want at most 5", got)
	}
	open(t, m, commit[:12]).Close() // existing commits can be read
}

func TestTokenFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(name, []byte(text), 0o600), os.Chmod(name, mode)); err != nil {
			t.Fatal(err)
		}
		return name
	}
	good := file("good", "token\n", 0o640)
	for _, c := range []struct{ host, name, want string }{
		{"example.com", good, ""},
		{"example.com:8443", good, ""},
		{"https://example.com", good, "is no host"},
		{"", good, "is no host"},
		{"example.com", filepath.Join(dir, "gone"), "no such file"},
		{"example.com", file("empty", "", 0o600), "is no token"},
		{"example.com", file("blank", "\ntoken\n", 0o600), "is no token"},
		{"example.com", file("large", strings.Repeat("x", 1<<20), 0o600), "larger than makes sense"},
		{"example.com", file("open", "token\n", 0o644), "all users may read"},
	} {
		if runtime.GOOS == "windows" && strings.HasSuffix(c.name, "open") {
			continue
		}
		_, err := source.NewStore(source.Options{TokenFiles: map[string]string{c.host: c.name}})
		if c.want != "" {
			wantError(t, err, c.want)
		} else if err != nil {
			t.Errorf("host %s, file %s: %v", c.host, c.name, err)
		}
	}
	store, err := source.NewStore(source.Options{TokenFiles: map[string]string{"example.com": good}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Mirror(filepath.Join(dir, "m"), "http://example.com/x")
	wantError(t, err, "by https only")
}

// A caller that leaves does not end what others wait for.
func TestContext(t *testing.T) {
	r := newRepo(t)
	commit := r.commit()
	m := newUser(t).mirror(t, r.dir)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := m.Open(gone, commit); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	tree := open(t, m, commit)
	if _, err := tree.ReadFile(gone, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("reading: got %v, want context.Canceled", err)
	}
	if _, err := tree.ReadFile(ctx, "x"); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("reading afterwards: got %v, want an answer of git", err)
	}
}
