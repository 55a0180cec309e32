package source_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/source"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestTree has a repository with a module below its top.
func TestTree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	write(t, dir, "go.mod", "module example.com/top\n")
	write(t, dir, "main.go", "old main\n")
	write(t, dir, "svc/go.mod", "module example.com/svc\n")
	write(t, dir, "svc/lib/lib.go", "lib\n")
	write(t, dir, ".github/CODEOWNERS", "* @all\n/svc/ @svc\n/x[y] @no\n")
	write(t, dir, "CODEOWNERS", "* @wrong\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "one")
	commit := git(t, dir, "rev-parse", "HEAD")
	write(t, dir, "main.go", "new main\n")
	write(t, dir, ".github/CODEOWNERS", "* @later\n")

	main := &coverage.Site{Package: "example.com/top", File: "main.go"}
	lib := &coverage.Site{Package: "example.com/svc/lib", File: "lib/lib.go"}
	nowhere := &coverage.Site{Package: "example.com/other/lib", File: "lib/lib.go"}
	outside := &coverage.Site{Package: "example.com/top", File: "../../etc/passwd"}
	required := &coverage.Site{Package: "example.com/top", Module: "example.com/top", ModuleVersion: "v1.0.0", File: "main.go"}
	finder := source.Open(t.Context(), dir)
	for _, test := range []struct {
		name       string
		build      coverage.Build
		text, note string
		owner      string
	}{
		{"commit", coverage.Build{Commit: commit}, "old main\n", "differs, this is the commit's", "@all"},
		{"changes", coverage.Build{Commit: commit, Modified: true}, "new main\n", "with changes beside its commit", "@later"},
		{"another commit", coverage.Build{Commit: strings.Repeat("0", 40)}, "new main\n", "not at hand", "@later"},
		{"no commit", coverage.Build{}, "new main\n", "not known", "@later"},
		{"hostile commit", coverage.Build{Commit: "--output=x"}, "new main\n", "not at hand", "@later"},
	} {
		tree := finder.Tree(t.Context(), &test.build)
		tree.Load(t.Context(), []*coverage.Site{main, lib, nowhere, outside, required})
		text, note, ok := tree.Text(main)
		if text != test.text || !strings.Contains(note, test.note) || !ok {
			t.Errorf("%s: got %q, %q, %v, want %q and %q", test.name, text, note, ok, test.text, test.note)
		}
		if text, _, ok := tree.Text(lib); text != "lib\n" || !ok {
			t.Errorf("%s: got %q, %v of the nested module, want its file", test.name, text, ok)
		}
		for _, s := range []*coverage.Site{nowhere, outside, required} {
			if text, _, ok := tree.Text(s); ok {
				t.Errorf("%s: got %q of %s in %s, want nothing", test.name, text, s.File, s.Package)
			}
		}
		problems, err := tree.FindOwners(t.Context())
		if err != nil || test.owner == "@all" && len(problems) != 1 {
			t.Errorf("%s: got %v and problems %v, want one with a range", test.name, err, problems)
		}
		if diff := cmp.Diff([]string{test.owner}, tree.Owners(main)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if got := tree.Owners(required); got[0] != source.Elsewhere {
			t.Errorf("%s: got %v of a required module, want %s", test.name, got, source.Elsewhere)
		}
	}
}

// TestNoRepository has the module alone.
func TestNoRepository(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/top\n")
	write(t, dir, "sub/a.go", "a\n")
	tree := source.Open(t.Context(), filepath.Join(dir, "sub")).Tree(t.Context(), &coverage.Build{Commit: strings.Repeat("1", 40)})
	if text, note, ok := tree.Text(&coverage.Site{Package: "example.com/top/sub", File: "sub/a.go"}); text != "a\n" || !ok || note == "" {
		t.Errorf("got %q, %q, %v, want the file and a note", text, note, ok)
	}
	if _, err := tree.FindOwners(t.Context()); err == nil {
		t.Error("got no error, want that there is no CODEOWNERS")
	}
}
