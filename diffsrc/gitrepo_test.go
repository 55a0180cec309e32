package diffsrc_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// gitRepo is a real git repository in a temporary directory.
type gitRepo struct {
	t   testing.TB
	dir string
	env []string // added to a clean environment
}

// newRepo makes a repository with the given files, module example.com/m at its
// top, and one commit tagged v1.0.0.
func newRepo(t testing.TB, files map[string]string) *gitRepo {
	t.Helper()
	r := emptyRepo(t)
	r.write(map[string]string{"go.mod": "module example.com/m\n\ngo 1.22\n"})
	r.write(files)
	r.commit("base")
	r.git("tag", "v1.0.0")
	return r
}

func emptyRepo(t testing.TB) *gitRepo {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &gitRepo{t: t, dir: dir}
	r.git("init", "-q", "-b", "main")
	return r
}

// git runs git without the user's configuration.
func (r *gitRepo) git(args ...string) string {
	r.t.Helper()
	out, err := r.try(args...)
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// gitFails runs a git command that must fail.
func (r *gitRepo) gitFails(args ...string) {
	r.t.Helper()
	if out, err := r.try(args...); err == nil {
		r.t.Fatalf("git %s: got success, want an error\n%s", strings.Join(args, " "), out)
	}
}

func (r *gitRepo) try(args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c@example.com",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always")
	cmd.Env = append(cmd.Env, r.env...)
	return cmd.CombinedOutput()
}

// write writes files and makes their directories.
func (r *gitRepo) write(files map[string]string) {
	r.t.Helper()
	for name, text := range files {
		writeFile(r.t, filepath.Join(r.dir, filepath.FromSlash(name)), text)
	}
}

func (r *gitRepo) remove(names ...string) {
	r.t.Helper()
	for _, name := range names {
		if err := os.Remove(filepath.Join(r.dir, filepath.FromSlash(name))); err != nil {
			r.t.Fatal(err)
		}
	}
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func (r *gitRepo) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

// options are those of a build at the top of the repository.
func (r *gitRepo) options() diffsrc.Options {
	return diffsrc.Options{
		Dir: r.dir, Modules: []modules.Module{{Path: "example.com/m", Dir: r.dir}}, Base: "v1.0.0",
	}
}

// compute computes a line set and fails the test on an error.
func compute(t *testing.T, o diffsrc.Options) *diffsrc.LineSet {
	t.Helper()
	set, err := diffsrc.Compute(context.Background(), o)
	if err != nil {
		t.Fatalf("Compute: %v", err)
	}
	return set
}

// computeError fails the test unless Compute returns an error that holds all
// texts.
func computeError(t *testing.T, o diffsrc.Options, texts ...string) error {
	t.Helper()
	set, err := diffsrc.Compute(context.Background(), o)
	if err == nil {
		t.Fatalf("got line set %v, want an error with %q", set, texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("got error %q, want it to hold %q", err, text)
		}
	}
	return err
}

// lines returns a line set's lines as "module/path" to "3-5,7".
func lines(set *diffsrc.LineSet) map[string]string {
	out := make(map[string]string)
	for module, files := range set.Modules {
		for name, f := range files {
			var parts []string
			for _, r := range f.Lines {
				if r[0] == r[1] {
					parts = append(parts, fmt.Sprint(r[0]))
				} else {
					parts = append(parts, fmt.Sprintf("%d-%d", r[0], r[1]))
				}
			}
			out[module+"/"+name] = strings.Join(parts, ",")
		}
	}
	return out
}

// wantLines compares a line set's lines with want, which names the files of
// example.com/m by their path alone.
func wantLines(t *testing.T, set *diffsrc.LineSet, want map[string]string) {
	t.Helper()
	got := make(map[string]string)
	for name, text := range lines(set) {
		got[strings.TrimPrefix(name, "example.com/m/")] = text
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
}

// digest hashes every file below dir.
func digest(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		sums[rel] = fmt.Sprintf("%x", sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// function returns a file of package p with one function of n different lines.
func function(name string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package p\n\nfunc %s() {\n", name)
	for i := range n {
		fmt.Fprintf(&b, "\tprintln(\"%s does its step number %d of %d\")\n", name, i, n)
	}
	b.WriteString("}\n")
	return b.String()
}
