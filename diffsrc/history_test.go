package diffsrc_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
)

// mainAndTopic makes a branch topic from v1.0.0 that changes topic.go, and a
// commit on main that changes main.go. topic is checked out.
func mainAndTopic(t *testing.T) *gitRepo {
	r := newRepo(t, map[string]string{"main.go": function("m", 3), "topic.go": function("t", 3)})
	r.git("switch", "-q", "-c", "topic")
	r.write(map[string]string{"topic.go": function("t", 4)})
	r.commit("topic")
	r.git("switch", "-q", "main")
	r.write(map[string]string{"main.go": function("m", 5)})
	r.commit("main")
	r.git("switch", "-q", "topic")
	return r
}

func TestMerge(t *testing.T) {
	t.Parallel()
	r := mainAndTopic(t)
	r.git("merge", "-q", "main", "-m", "merge")
	o := r.options()
	wantLines(t, compute(t, o), map[string]string{"main.go": "4-8", "topic.go": "4-7"})
	o.Base = "main" // main's own changes do not count
	wantLines(t, compute(t, o), map[string]string{"topic.go": "4-7"})
}

func TestCherryPick(t *testing.T) {
	t.Parallel()
	r := mainAndTopic(t)
	r.git("cherry-pick", "main")
	o := r.options()
	o.Base = "main"
	o.Mode = diffsrc.ModeDirect // compares with main's content, whatever the history
	wantLines(t, compute(t, o), map[string]string{"topic.go": "4-7"})
}

// TestDatesDoNotMatter merges a commit that claims to be older than the base.
func TestDatesDoNotMatter(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.env = []string{"GIT_AUTHOR_DATE=2001-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2001-01-01T00:00:00Z"}
	r.git("switch", "-q", "-c", "old")
	r.write(map[string]string{"b.go": function("b", 2)})
	r.commit("claims to be from 2001")
	r.env = nil
	r.git("switch", "-q", "main")
	r.write(map[string]string{"a.go": function("a", 3) + "\nvar X int\n"})
	r.commit("later")
	r.git("merge", "-q", "old", "-m", "merge")
	precisions(t, r.options(), map[int]map[string]string{
		1: {"b.go": "3-5"}, 2: {"b.go": "3-5"}, 3: {"b.go": "3-5"},
	})
}

func TestShallowClone(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	for n := 4; n < 8; n++ {
		r.write(map[string]string{"a.go": function("a", n)})
		r.commit("more")
	}
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--depth=1", "file://"+r.dir, clone.dir)
	o := clone.options()
	computeError(t, o, "v1.0.0", "shallow", "git fetch --depth=1 origin tag v1.0.0")
	o.Base = ""
	computeError(t, o, "git fetch --unshallow", "-base")
	clone.git("fetch", "-q", "--depth=1", "origin", "tag", "v1.0.0")
	o.Base = "v1.0.0"
	wantLines(t, compute(t, o), map[string]string{"a.go": "4-10"})
	o.Mode = diffsrc.ModeMergeBase
	computeError(t, o, "merge base", "git fetch --unshallow")
	o.Mode = diffsrc.ModeRequire
	computeError(t, o, "git fetch --unshallow")
}

func TestPartialClone(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "gone.go": function("gone", 9), "b.go": function("b", 3)})
	r.git("config", "uploadpack.allowFilter", "true")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	r.git("mv", "gone.go", "here.go")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("more")
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--filter=blob:none", "file://"+r.dir, clone.dir)
	wantLines(t, compute(t, clone.options()), map[string]string{"a.go": "4-7"})
}

// TestWitnessOfPartialClone checks that a witness does not repeat the fetch of
// missing files, which would move the user's remote branches.
func TestWitnessOfPartialClone(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "gone.go": function("gone", 9)})
	r.git("config", "uploadpack.allowFilter", "true")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.remove("gone.go")
	r.commit("more")
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--filter=blob:none", "file://"+r.dir, clone.dir)
	_, w := witnessed(t, clone.options())
	r.commit("upstream goes on")
	before := clone.git("rev-parse", "origin/main")
	if !w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness does not hold")
	}
	if after := clone.git("rev-parse", "origin/main"); after != before {
		t.Errorf("got origin/main at %s after asking the witness, want it where it was, at %s", after, before)
	}
}

func TestLinkedWorktree(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	linked := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "linked")}
	r.git("worktree", "add", "-q", "-b", "other", linked.dir)
	linked.write(map[string]string{"a.go": function("a", 4)})
	wantLines(t, compute(t, linked.options()), map[string]string{"a.go": "4-7"})
	wantLines(t, compute(t, r.options()), map[string]string{})
}

func TestBorrowedObjects(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "with \"quotes\" and: more")}
	r.git("clone", "-q", "--shared", r.dir, clone.dir)
	clone.write(map[string]string{"a.go": function("a", 4)})
	wantLines(t, compute(t, clone.options()), map[string]string{"a.go": "4-7"})
}

func TestSHA256Repository(t *testing.T) {
	t.Parallel()
	r := &gitRepo{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main", "--object-format=sha256")
	r.write(map[string]string{"go.mod": "module example.com/m\n", "a.go": function("a", 8)})
	r.commit("base")
	r.git("tag", "v1.0.0")
	r.remove("a.go")
	r.write(map[string]string{"b.go": function("a", 8) + "\nfunc b() { println(1) }\n"})
	wantLines(t, compute(t, r.options()), map[string]string{"b.go": "14"})
}

// TestReplacedObjects checks that replaced objects and grafts change nothing.
func TestReplacedObjects(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.write(map[string]string{"a.go": function("a", 4)})
	head := r.commit("second")
	r.git("replace", "v1.0.0^{commit}", head)
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
}

func TestIndexStates(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{
		"assumed.go": function("a", 3), "sparse.go": function("b", 3), "sparsehere.go": function("c", 3),
		"target.txt": function("d", 3), "exec.go": function("e", 3),
	})
	r.write(map[string]string{"assumed.go": function("a", 4), "sparsehere.go": function("c", 4), "intended.go": function("n", 1)})
	r.remove("sparse.go")
	r.git("update-index", "--assume-unchanged", "assumed.go")
	r.git("update-index", "--skip-worktree", "sparse.go", "sparsehere.go")
	r.git("add", "-N", "intended.go")
	if err := os.Chmod(filepath.Join(r.dir, "exec.go"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(r.dir, "dangling.go")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.dir, "directory.go"), 0o777); err != nil {
		t.Fatal(err)
	}
	precisions(t, r.options(), map[int]map[string]string{
		1: {"assumed.go": "4-7", "sparsehere.go": "4-7", "intended.go": "3-4"},
		2: {"assumed.go": "4-7", "sparsehere.go": "4-7", "intended.go": "3-4"},
		3: {"assumed.go": "4-7", "sparsehere.go": "4-7", "intended.go": "3-4"},
	})
}

func TestSymbolicLinks(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"shared/a.go.txt": function("a", 3), "keep.go": function("k", 1)})
	if err := os.Symlink("shared/a.go.txt", filepath.Join(r.dir, "a.go")); err != nil {
		t.Fatal(err)
	}
	r.commit("link")
	r.git("tag", "-f", "v1.0.0")
	wantLines(t, compute(t, r.options()), map[string]string{})
	// The compiler reads the file that the link points to.
	r.write(map[string]string{"shared/a.go.txt": function("a", 4)})
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-7"})
}

func TestUnmergedFile(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("switch", "-q", "-c", "topic")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("four")
	r.git("switch", "-q", "main")
	r.write(map[string]string{"a.go": function("a", 5)})
	r.commit("five")
	r.gitFails("merge", "topic")
	if got := r.git("ls-files", "-u"); got == "" {
		t.Fatal("got no unmerged entries")
	}
	r.write(map[string]string{"a.go": function("a", 6)})
	wantLines(t, compute(t, r.options()), map[string]string{"a.go": "4-9"})
}

func TestLineEnds(t *testing.T) {
	t.Parallel()
	crlf := func(n int) string { return dos(function("a", n)) }
	r := newRepo(t, map[string]string{"crlf.go": crlf(3), "lf.go": function("a", 3), "turned.go": function("a", 3), "bare.go": function("a", 3)})
	r.write(map[string]string{
		"crlf.go": dos(function("a", 3)) + "\r\nfunc b() { println(1) }", "turned.go": "\ufeff" + crlf(3),
		"lf.go": function("a", 3)[:len(function("a", 3))-1],
	})
	precisions(t, r.options(), map[int]map[string]string{1: {"crlf.go": "9"}, 2: {"crlf.go": "9"}, 3: {"crlf.go": "9"}})
	r.git("config", "core.autocrlf", "true") // LF in blobs, CRLF in files
	precisions(t, r.options(), map[int]map[string]string{1: {"crlf.go": "9"}, 2: {"crlf.go": "9"}, 3: {"crlf.go": "9"}})
}

func dos(text string) string {
	var out []byte
	for i := range len(text) {
		if text[i] == '\n' {
			out = append(out, '\r')
		}
		out = append(out, text[i])
	}
	return string(out)
}
