package diffsrc_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// base returns what a line set was compared with, as "ref mode".
func base(t *testing.T, o diffsrc.Options) string {
	t.Helper()
	set := compute(t, o)
	if len(set.Bases) != 1 {
		t.Fatalf("got bases %+v, want one", set.Bases)
	}
	return set.Bases[0].Ref + " " + string(set.Bases[0].Mode)
}

func wantBase(t *testing.T, o diffsrc.Options, want string) {
	t.Helper()
	if got := base(t, o); got != want {
		t.Errorf("got base %q, want %q", got, want)
	}
}

func TestAutomaticBase(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("tag", "-a", "v1.10.0", "-m", "annotated")
	r.git("tag", "v1.9.0")
	r.git("tag", "v2")
	r.git("tag", "nightly")
	o := r.options()
	o.Base = ""
	computeError(t, o, "default branch (main)", "no version tag before it", "oldBranch", "-base", "GOAT_BASE")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("second")
	r.git("tag", "v3.0.0") // at HEAD, so not before it
	wantBase(t, o, "v1.10.0 direct")

	r.git("switch", "-q", "-c", "topic") // the branch is at a tagged version
	wantBase(t, o, "v1.10.0 direct")
	r.write(map[string]string{"a.go": function("a", 5)})
	r.commit("third")
	wantLines(t, compute(t, o), map[string]string{"a.go": "4-8"})

	r.git("checkout", "-q", "--detach") // as CI checks out a pull request
	wantBase(t, o, "main mergeBase")
	r.git("checkout", "-q", "--detach", "main") // as CI checks out a release
	wantBase(t, o, "v1.10.0 direct")
}

// TestAutomaticBaseBesideTag has a tag with the name of the default branch,
// which makes git write the branch as "heads/main".
func TestAutomaticBaseBesideTag(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("tag", "main")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("second")
	o := r.options()
	o.Base = ""
	wantBase(t, o, "v1.0.0 direct")

	r.git("switch", "-q", "-c", "topic")
	r.write(map[string]string{"a.go": function("a", 5)})
	r.commit("third")
	if got, want := compute(t, o).Bases[0].Used, r.git("rev-parse", "refs/heads/main"); got != want {
		t.Errorf("got commit %s compared, want the branch's, %s", got, want)
	}
}

func TestAutomaticBaseOfClone(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("branch", "-m", "main", "trunk")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("second")
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", r.dir, clone.dir)
	o := clone.options()
	o.Base = ""
	wantBase(t, o, "v1.0.0 direct") // origin/HEAD says that trunk is the default branch
	clone.git("switch", "-q", "-c", "topic")
	wantBase(t, o, "origin/trunk mergeBase")
	clone.git("remote", "set-head", "origin", "-d")
	wantBase(t, o, "v1.0.0 direct")
	clone.git("tag", "-d", "v1.0.0")
	computeError(t, o, "no default branch", "oldBranch")
}

func TestAutomaticBaseOfSubdirectoryModule(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"sub/a.go": function("a", 3), "sub/go.mod": "module example.com/m\n"})
	r.git("tag", "v9.0.0")
	r.git("tag", "sub/v1.2.0")
	r.git("tag", "sub/v1.10.0")
	r.commit("second")
	o := r.options()
	o.Base = ""
	o.Modules[0].Dir = filepath.Join(r.dir, "sub")
	wantBase(t, o, "sub/v1.10.0 direct")
	r.git("tag", "-d", "sub/v1.2.0", "sub/v1.10.0")
	wantBase(t, o, "v9.0.0 direct")
}

func TestBaseModes(t *testing.T) {
	t.Parallel()
	r := mainAndTopic(t)
	r.git("branch", "fork", "v1.0.0")
	r.git("branch", "both", "main")
	r.git("tag", "both", "v1.0.0")
	head := r.git("rev-parse", "HEAD")
	topic := map[string]string{"topic.go": "4-7"}
	tests := []struct {
		base  string
		mode  diffsrc.BaseMode
		used  string
		shown diffsrc.BaseMode
		want  map[string]string
	}{
		{"main", "", "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"main", diffsrc.ModeAuto, "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"main", diffsrc.ModeMergeBase, "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"main", diffsrc.ModeDirect, "main", diffsrc.ModeDirect, map[string]string{"main.go": "4-6", "topic.go": "4-7"}},
		{"refs/heads/main", "", "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"heads/main", "", "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"fork", diffsrc.ModeRequire, "v1.0.0", diffsrc.ModeRequire, topic},
		{"v1.0.0", "", "v1.0.0", diffsrc.ModeDirect, topic},
		{"v1.0.0", diffsrc.ModeMergeBase, "v1.0.0", diffsrc.ModeMergeBase, topic},
		{"both", "", "v1.0.0", diffsrc.ModeDirect, topic},
		{"HEAD", "", "HEAD", diffsrc.ModeDirect, map[string]string{}},
		{"@", "", "HEAD", diffsrc.ModeDirect, map[string]string{}},
		{"HEAD~1", "", "v1.0.0", diffsrc.ModeDirect, topic},
		{head, "", "HEAD", diffsrc.ModeDirect, map[string]string{}},
		{head[:9], "", "HEAD", diffsrc.ModeDirect, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(strings.ReplaceAll(tt.base, "/", "_")+" "+string(tt.mode), func(t *testing.T) {
			o := r.options()
			o.Base, o.Mode = tt.base, tt.mode
			set := compute(t, o)
			got := set.Bases[0]
			if used := r.git("rev-parse", tt.used+"^{commit}"); got.Used != used || got.Mode != tt.shown || got.Ref != tt.base {
				t.Errorf("got base %+v, want one of mode %s that uses %s", got, tt.shown, used)
			}
			wantLines(t, set, tt.want)
		})
	}
}

func TestWrongBase(t *testing.T) {
	t.Parallel()
	r := mainAndTopic(t)
	r.git("remote", "add", "origin", "https://example.com/nowhere.git")
	r.git("switch", "-q", "--orphan", "unrelated")
	r.commit("root")
	r.git("switch", "-q", "topic")
	tests := []struct {
		base string
		mode diffsrc.BaseMode
		want []string
	}{
		{"v1.0.1", "", []string{`"v1.0.1"`, "did you mean v1.0.0?", "git fetch origin tag v1.0.1"}},
		{"origin/next", "", []string{"git fetch origin +refs/heads/next:refs/remotes/origin/next"}},
		{"nowhere", "", []string{`"nowhere"`, "git fetch origin nowhere:nowhere", "GOAT_BASE"}},
		{"v1.0.0..HEAD", "", []string{"range", `GOAT_BASE to "v1.0.0"`}},
		{"main...topic", "", []string{"range", `GOAT_BASE to "main"`}},
		{"init", "", []string{"did you mean INIT?"}},
		{"v1 0", "", []string{`"v1 0"`, "`git fetch --tags origin`"}},
		{"HEAD:a.go", "", []string{"no such tag, branch or commit"}},
		{"--output=x", "", []string{`"--output=x"`, "oldBranch"}},
		{"-x", "", []string{`"-x"`}},
		{" ", "", []string{"oldBranch"}},
		{"a\nb", "", []string{`"a\nb"`}},
		{"main", diffsrc.ModeRequire, []string{"main", "not an ancestor", "baseMode"}},
		{"unrelated", "", []string{"no commit in common", "direct"}},
		{"main", "sideways", []string{`"sideways"`, "auto, direct, mergeBase or require"}},
	}
	for _, tt := range tests {
		t.Run(tt.base, func(t *testing.T) {
			o := r.options()
			o.Base, o.Mode = tt.base, tt.mode
			if err := computeError(t, o, tt.want...); errors.Is(err, diffsrc.ErrUnavailable) {
				t.Errorf("got %v as unavailable, want the user's mistake", err)
			}
		})
	}
	o := r.options()
	o.Precision = 4
	computeError(t, o, "precision 4", "2 (diff with renames)")
}

func TestUnavailable(t *testing.T) {
	plain := t.TempDir()
	writeFile(t, filepath.Join(plain, "go.mod"), "module example.com/m\n")
	bare := t.TempDir()
	(&gitRepo{t: t, dir: bare}).git("init", "-q", "--bare")
	tests := []struct {
		name string
		dir  string
		want []string
	}{
		{"not a repository", plain, []string{"not a git repository", "INIT", "-patchfile", "GOAT_INDEX"}},
		{"bare", bare, []string{"bare", "git worktree add"}},
		{"no commits", emptyRepo(t).dir, []string{"no commit yet", "INIT"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := diffsrc.Options{Dir: tt.dir, Modules: []modules.Module{{Path: "example.com/m", Dir: tt.dir}}}
			if err := computeError(t, o, tt.want...); !errors.Is(err, diffsrc.ErrUnavailable) {
				t.Errorf("got %v, want it to be unavailable", err)
			}
		})
	}
	t.Run("no git", func(t *testing.T) {
		r := newRepo(t, nil)
		t.Setenv("PATH", t.TempDir())
		if err := computeError(t, r.options(), "install git", "-patchfile"); !errors.Is(err, diffsrc.ErrUnavailable) {
			t.Errorf("got %v, want it to be unavailable", err)
		}
	})
}

// TestForeignRepository gives a repository to another owner if it runs as root.
// Without root, the repository stays ours and must simply be readable.
func TestForeignRepository(t *testing.T) {
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	if os.Geteuid() != 0 {
		wantLines(t, compute(t, r.options()), map[string]string{})
		return
	}
	for _, dir := range []string{r.dir, filepath.Join(r.dir, ".git")} {
		if err := os.Chown(dir, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	err := computeError(t, r.options(), "another user owns it", "git config --global --add safe.directory "+r.dir)
	if !errors.Is(err, diffsrc.ErrUnavailable) {
		t.Errorf("got %v, want it to be unavailable", err)
	}
}

// A tag or branch may exist without the commit that it names.
func TestMissingCommit(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("branch", "lost", r.git("commit-tree", "-m", "lost", "HEAD^{tree}"))
	lost := r.git("rev-parse", "lost")
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	o := r.options()
	o.Base = "lost"
	if err := computeError(t, o, `"lost"`, "names no commit", "git fsck"); strings.Contains(err.Error(), "did you mean") {
		t.Errorf("got %v, want no other name", err)
	}
}

func TestInit(t *testing.T) {
	t.Parallel()
	set := compute(t, diffsrc.Options{Dir: t.TempDir(), Base: "INIT"})
	if !set.All || set.Source != "init" || len(set.Bases) != 0 {
		t.Errorf("got %+v, want everything, from init", set)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := diffsrc.Compute(ctx, r.options()); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want context.Canceled", err)
	}
}
