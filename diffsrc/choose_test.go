package diffsrc_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
)

// released is a repository with two lines of releases: v2.14.0, v2.15.0-rc.1 and
// v2.15.0 on main, v2.14.1 and v2.14.2 on release-2.14.
func released(t *testing.T) (*gitRepo, diffsrc.Options) {
	t.Helper()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("tag", "-d", "v1.0.0")
	lines := 3
	release := func(tag string) {
		lines++
		r.write(map[string]string{"a.go": function("a", lines)})
		r.commit(tag)
		r.git("tag", tag)
	}
	release("v2.14.0")
	r.git("switch", "-q", "-c", "release-2.14")
	release("v2.14.1")
	release("v2.14.2")
	r.git("switch", "-q", "main")
	release("v2.15.0-rc.1")
	release("v2.15.0-rc.2")
	release("v2.15.0")
	o := r.options()
	o.Base = ""
	return r, o
}

func TestBaseOfVersion(t *testing.T) {
	t.Parallel()
	r, o := released(t)
	tests := []struct{ checkout, want string }{
		{"v2.14.2", "v2.14.1 direct"}, // detached, as a release is built
		{"release-2.14", "v2.14.1 direct"},
		{"v2.14.1", "v2.14.0 direct"},
		{"v2.15.0-rc.2", "v2.15.0-rc.1 direct"},
		{"v2.15.0-rc.1", "v2.14.0 direct"},
		{"main", "v2.14.0 direct"},
	}
	for _, test := range tests {
		r.git("checkout", "-q", test.checkout)
		wantBase(t, o, test.want)
	}
	if got, want := compute(t, o).Bases[0].Why, "HEAD is on v2.15.0, which follows it"; got != want {
		t.Errorf("got reason %q, want %q", got, want)
	}
	r.git("checkout", "-q", "v2.14.0") // the first version
	computeError(t, o, "no version tag before it")
}

// TestBaseOfVersionEdited has a work tree that differs from its tag.
func TestBaseOfVersionEdited(t *testing.T) {
	t.Parallel()
	r, o := released(t)
	r.write(map[string]string{"notes.txt": "built today"})
	wantBase(t, o, "v2.14.0 direct")

	r.write(map[string]string{"b.go": function("b", 2)}) // untracked
	wantBase(t, o, "v2.15.0 direct")
	r.git("add", "b.go")
	wantBase(t, o, "v2.15.0 direct")
	r.git("rm", "-q", "-f", "b.go")
	wantBase(t, o, "v2.14.0 direct")

	r.write(map[string]string{"a.go": function("a", 20)})
	wantBase(t, o, "v2.15.0 direct")
	r.git("checkout", "-q", "a.go")
	if err := os.Remove(filepath.Join(r.dir, "a.go")); err != nil {
		t.Fatal(err)
	}
	wantBase(t, o, "v2.15.0 direct")

	r.git("checkout", "-q", "-f", "v2.14.0") // with no version before it
	r.write(map[string]string{"a.go": function("a", 20)})
	wantBase(t, o, "v2.14.0 direct")
}

// TestBaseOfVersionWithoutV has tags of projects that do not use semantic
// versions.
func TestBaseOfVersionWithoutV(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("tag", "-d", "v1.0.0")
	r.git("tag", "2026.9.30")
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("second")
	r.git("tag", "2026.11.2")
	o := r.options()
	o.Base = ""
	wantBase(t, o, "2026.9.30 direct")
	r.write(map[string]string{"a.go": function("a", 5)})
	r.commit("third")
	wantBase(t, o, "2026.11.2 direct")
	r.git("tag", "v0.1.0", "2026.9.30")
	wantBase(t, o, "v0.1.0 direct")
}

// pullRequest is a clone that a CI system made of a pull request into
// release-1. What is checked out is the merge of both branches, as on GitHub,
// or the request's own commit.
type pullRequest struct {
	clone               *gitRepo
	target, head, merge string // commits
}

func newPullRequest(t *testing.T, depth string) pullRequest {
	t.Helper()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "b.go": function("b", 3)})
	r.git("switch", "-q", "-c", "release-1")
	r.git("switch", "-q", "-c", "topic")
	r.write(map[string]string{"a.go": function("a", 6)})
	r.commit("topic")
	var p pullRequest
	p.head = r.git("rev-parse", "HEAD")
	r.git("switch", "-q", "release-1")
	r.write(map[string]string{"b.go": function("b", 9)})
	r.commit("meanwhile")
	p.target = r.git("rev-parse", "HEAD")
	r.git("checkout", "-q", "--detach")
	r.git("merge", "-q", "-m", "merge", "topic")
	p.merge = r.git("rev-parse", "HEAD")
	r.git("update-ref", "refs/pull/7/merge", "HEAD")
	r.git("switch", "-q", "main")
	r.write(map[string]string{"b.go": function("b", 20)})
	r.commit("main goes on")

	p.clone = &gitRepo{t: t, dir: t.TempDir()}
	p.clone.git("init", "-q", "-b", "main")
	p.clone.git("remote", "add", "origin", "file://"+r.dir)
	p.clone.git("fetch", "-q", "--no-tags", "--depth="+depth, "origin", "+refs/pull/7/merge:refs/remotes/pull/7/merge")
	p.clone.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
	return p
}

func (p pullRequest) options(env map[string]string) diffsrc.Options {
	o := p.clone.options()
	o.Base, o.Getenv = "", func(name string) string { return env[name] }
	return o
}

func TestBaseOfPullRequest(t *testing.T) {
	t.Parallel()
	p := newPullRequest(t, "50")
	topic := map[string]string{"a.go": "4-9"}
	github := map[string]string{"GITHUB_BASE_REF": "release-1", "GITHUB_SHA": p.merge}
	gitlab := map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": p.clone.git("merge-base", p.head, p.target), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release-1"}
	merged := map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": gitlab["CI_MERGE_REQUEST_DIFF_BASE_SHA"],
		"CI_MERGE_REQUEST_EVENT_TYPE": "merged_result", "CI_COMMIT_SHA": p.merge, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release-1"}
	check := func(name string, env map[string]string, ref, used string) {
		t.Helper()
		set := compute(t, p.options(env))
		if b := set.Bases[0]; b.Ref != ref || b.Used != used || b.Why == "" {
			t.Errorf("%s: got base %+v, want %s at %s with a reason", name, b, ref, used)
		}
		wantLines(t, set, topic)
	}
	check("GitHub, merge", github, "release-1", p.target)
	check("merge ref without variables", nil, p.target, p.target)
	check("GitLab, merged results", merged, "release-1", p.target)

	p.clone.git("checkout", "-q", "--detach", p.head)
	gitlab["CI_COMMIT_SHA"] = p.head
	check("GitLab", gitlab, "release-1", gitlab["CI_MERGE_REQUEST_DIFF_BASE_SHA"])
	github["GITHUB_REPOSITORY"] = filepath.Base(p.clone.git("config", "remote.origin.url"))
	computeError(t, p.options(github), "origin/release-1", "git fetch")
	p.clone.git("fetch", "-q", "origin", "+refs/heads/release-1:refs/remotes/origin/release-1")
	check("GitHub, own commit", github, "origin/release-1", gitlab["CI_MERGE_REQUEST_DIFF_BASE_SHA"])

	github["GITHUB_REPOSITORY"], gitlab["CI_COMMIT_SHA"] = "another/repository", p.target // another repository's job
	p.clone.git("update-ref", "refs/remotes/origin/main", p.target)
	for _, env := range []map[string]string{github, gitlab} {
		wantBase(t, p.options(env), "origin/main mergeBase")
	}
}

// TestBaseOfShallowPullRequest has only the merge commit, which is what CI
// systems fetch by default.
func TestBaseOfShallowPullRequest(t *testing.T) {
	t.Parallel()
	p := newPullRequest(t, "1")
	env := map[string]string{"GITHUB_BASE_REF": "release-1", "GITHUB_SHA": p.merge}
	computeError(t, p.options(env), p.target, "shallow", "git fetch --depth=1 origin "+p.target)
	p.clone.git("fetch", "-q", "--depth=1", "origin", p.target)
	wantLines(t, compute(t, p.options(env)), map[string]string{"a.go": "4-9"})
}

// TestWitnessOfVersion changes what the choice of a base depends on.
func TestWitnessOfVersion(t *testing.T) {
	t.Parallel()
	changes := map[string]func(r *gitRepo, env map[string]string){
		"edited": func(r *gitRepo, _ map[string]string) { r.write(map[string]string{"b.go": function("b", 2)}) },
		"tagged": func(r *gitRepo, _ map[string]string) { r.git("tag", "v2.14.9", "main~1") },
		"no version": func(r *gitRepo, _ map[string]string) {
			r.git("tag", "-d", "v2.15.0")
		},
		"variable": func(_ *gitRepo, env map[string]string) { env["GITHUB_BASE_REF"] = "main" },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, o := released(t)
			env := make(map[string]string)
			getenv := func(name string) string { return env[name] }
			o.Getenv, o.Witness = getenv, new(diffsrc.Witness)
			compute(t, o)
			if !o.Witness.Holds(context.Background(), getenv) {
				t.Fatal("the witness does not hold though nothing changed")
			}
			change(r, env)
			if o.Witness.Holds(context.Background(), getenv) {
				t.Error("the witness holds")
			}
		})
	}
}
