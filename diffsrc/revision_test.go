package diffsrc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
)

// trackingClone makes a clone of a repository whose main went on after its tag
// v1.0.0. The clone has commits on its own main and on topic, which is checked
// out. It has a remote branch other/main and a tag of the same name.
func trackingClone(t *testing.T) *gitRepo {
	up := newRepo(t, map[string]string{"a.go": function("a", 3), "b.go": function("b", 3)})
	clone := &gitRepo{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	up.git("clone", "-q", up.dir, clone.dir)
	up.write(map[string]string{"a.go": function("a", 4)})
	up.commit("theirs")
	clone.git("fetch", "-q")
	clone.write(map[string]string{"b.go": function("b", 4)})
	clone.commit("mine")
	clone.git("tag", "-a", "-m", "x", "annotated", "v1.0.0")
	clone.git("branch", "both", "origin/main")
	clone.git("tag", "both", "v1.0.0")
	clone.git("symbolic-ref", "refs/alias", "refs/remotes/origin/main")
	clone.git("switch", "-q", "-c", "topic", "--track", "origin/main")
	clone.git("reset", "-q", "--hard", "main")
	clone.git("config", "push.default", "upstream")
	return clone
}

// TestRevisions has bases in all notations that git knows. Those that name a
// branch are compared at the merge base.
func TestRevisions(t *testing.T) {
	t.Parallel()
	r := trackingClone(t)
	describe := r.git("describe", "--long")
	for ref, branch := range map[string]bool{
		"origin/main": true, "origin": true, "origin/HEAD": true, "remotes/origin/main": true, "refs/remotes/origin/main": true, "alias": true,
		"@{u}": true, "@{upstream}": true, "@{U}": true, "@{push}": true, "main@{u}": true, "topic@{push}": true, "main@{upstream}": true,
		"@{-1}@{u}": true, "heads/both": true, "refs/heads/both": true,
		"origin/main~0": false, "@{u}^{commit}": false, "@{u}^0": false, "main@{u}~0": false,
		"v1.0.0": false, "annotated": false, "annotated^{}": false, "annotated^{commit}": false, "tags/both": false, "both": false,
		":/base": false, "HEAD^{/base}": false, "HEAD~1": false, "HEAD^": false, "@~1": false, "main@{1}": false, "@{-1}~1": false,
		"main@{u}^{/base}": false, describe + "~1": false, r.git("rev-parse", "--short", "HEAD^"): false, r.git("rev-parse", "v1.0.0"): false,
	} {
		o := r.options()
		o.Base = ref
		set := compute(t, o)
		base := set.Bases[0]
		want := diffsrc.ModeDirect
		full := ref
		if ref == "both" { // the tag wins over the branch
			full = "refs/tags/both"
		}
		used := r.git("rev-parse", r.git("rev-parse", "--verify", full)+"^{commit}")
		if branch {
			want, used = diffsrc.ModeMergeBase, r.git("merge-base", used, "HEAD")
		}
		if base.Mode != want || base.Used != used || base.Ref != ref {
			t.Errorf("base %s: got %s at %s, shown as %s, want %s at %s", ref, base.Mode, base.Used, base.Ref, want, used)
		}
		if base.Used == r.git("rev-parse", "v1.0.0") {
			wantLines(t, set, map[string]string{"b.go": "4-7"})
		}
	}
	for ref, full := range map[string]string{"@{-1}": "main", "main": "main", "HEAD": "HEAD", "@": "HEAD"} {
		o := r.options()
		o.Base = ref
		if got, want := compute(t, o).Bases[0].Used, r.git("rev-parse", full); got != want {
			t.Errorf("base %s: got %s, want %s", ref, got, want)
		}
	}
}

// TestRevisionsThatAreNone checks that errors use git's own words if they say
// more, and end with what to do.
func TestRevisionsThatAreNone(t *testing.T) {
	t.Parallel()
	r := trackingClone(t)
	r.git("branch", "--unset-upstream")
	for ref, texts := range map[string][]string{
		"@{u}":              {"no upstream configured for branch 'topic'", "git branch --set-upstream-to"},
		"main@{9999}":       {"entries", "git reflog"},
		"@{-9}":             {"@{-9}", "oldBranch"},
		":/nothing of that": {"no such tag, branch or commit", "oldBranch"},
		"HEAD^{/no..thing}": {"no such tag, branch or commit", "oldBranch"},
		"HEAD~99":           {"no such tag, branch or commit"},
		"nosuch@{u}":        {"nosuch", "git branch"},
		"HEAD:a.go":         {"names no commit"},
		"v1.0.0^{tree}":     {"names no commit"},
		"^main":             {"names no commit"},
		"main..HEAD":        {"range", `"main"`},
		"@{u}..HEAD":        {"range", `"@{u}"`},
		"-":                 {"a base is a tag, a branch or a commit"},
	} {
		o := r.options()
		o.Base = ref
		computeError(t, o, append(texts, "-base")...)
	}
}

// TestWitnessOfUpstream changes what a base resolves to.
func TestWitnessOfUpstream(t *testing.T) {
	t.Parallel()
	for _, ref := range []string{"@{u}", "@{-1}", ":/base", "main@{u}", "main@{1}"} {
		r := trackingClone(t)
		o := r.options()
		o.Base = ref
		_, w := witnessed(t, o)
		if !w.Holds(t.Context(), os.Getenv) {
			t.Errorf("base %s: the witness does not hold right away", ref)
		}
		switch ref {
		case ":/base":
			r.git("commit", "-q", "--allow-empty", "-m", "base again")
		case "@{-1}", "main@{1}":
			r.git("switch", "-q", "main")
			r.git("commit", "-q", "--allow-empty", "-m", "more")
			r.git("switch", "-q", "topic")
		default:
			r.git("update-ref", "refs/remotes/origin/main", "HEAD")
		}
		if w.Holds(t.Context(), os.Getenv) {
			t.Errorf("base %s: the witness holds, want it to see the base move", ref)
		}
	}
}
