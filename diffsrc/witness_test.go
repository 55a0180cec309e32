package diffsrc_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goat-trace/goat/diffsrc"
)

// witnessed computes a line set and returns its witness after writing and
// reading it.
func witnessed(t *testing.T, o diffsrc.Options) (*diffsrc.LineSet, *diffsrc.Witness) {
	t.Helper()
	o.Witness = new(diffsrc.Witness)
	set := compute(t, o)
	data, err := json.Marshal(o.Witness)
	if err != nil {
		t.Fatal(err)
	}
	w := new(diffsrc.Witness)
	if err := json.Unmarshal(data, w); err != nil {
		t.Fatal(err)
	}
	return set, w
}

// witnessRepo has everything that a line set can depend on: a branch and a tag
// for the base, a changed, an untracked and an ignored file, and a file that
// git is told not to check for changes.
func witnessRepo(t *testing.T) *gitRepo {
	r := newRepo(t, map[string]string{
		"a.go": function("a", 3), "b.go": function("b", 3), "asleep.go": function("z", 3), "sub/s.go": function("s", 3),
		".gitignore": "ignored*\n", "README": "read me\n",
	})
	r.git("branch", "base")
	r.git("switch", "-q", "-c", "topic")
	r.write(map[string]string{"a.go": function("a", 4), "committed.go": function("k", 4)})
	r.commit("topic")
	r.git("update-index", "--assume-unchanged", "asleep.go")
	r.write(map[string]string{"b.go": function("b", 5), "new.go": function("n", 3), "ignored.go": function("i", 3)})
	return r
}

// TestWitness changes one thing after another. A witness may only hold if the
// line set is still the same, and must hold if nothing relevant changed.
func TestWitness(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		holds  bool // it has to hold; otherwise it may if the line set is the same
		change func(r *gitRepo)
	}{
		{"nothing", true, func(r *gitRepo) {}},
		{"touched", true, func(r *gitRepo) {
			later := time.Now().Add(time.Hour)
			os.Chtimes(filepath.Join(r.dir, "a.go"), later, later)
		}},
		{"another file", true, func(r *gitRepo) { r.write(map[string]string{"README": "x\n", "doc/new.txt": "x\n"}) }},
		{"ignored file", true, func(r *gitRepo) { r.write(map[string]string{"ignored.txt": "x\n"}) }},
		{"ignored Go file", false, func(r *gitRepo) { r.write(map[string]string{"ignored2.go": function("i", 3)}) }},
		{"other file in the index", true, func(r *gitRepo) { r.write(map[string]string{"README": "x\n"}); r.git("add", "README") }},
		{"clone", false, func(r *gitRepo) {
			r.git("init", "-q", "clone")
			r.write(map[string]string{"clone/c.go": function("c", 3)})
		}},
		{"module in a directory without changes", false, func(r *gitRepo) { r.write(map[string]string{"x/go.mod": "module example.com/x\n"}) }},
		{"packed refs", true, func(r *gitRepo) { r.git("pack-refs", "--all"); r.git("gc", "-q") }},
		{"dirty file", false, func(r *gitRepo) { r.write(map[string]string{"sub/s.go": function("s", 4)}) }},
		{"dirty file of the same size and time", false, func(r *gitRepo) {
			name := filepath.Join(r.dir, "sub", "s.go")
			info, err := os.Stat(name)
			if err != nil {
				r.t.Fatal(err)
			}
			r.write(map[string]string{"sub/s.go": function("S", 3)})
			os.Chtimes(name, info.ModTime(), info.ModTime())
		}},
		{"dirty file dirty again", false, func(r *gitRepo) { r.write(map[string]string{"b.go": function("b", 6)}) }},
		{"dirty file restored", false, func(r *gitRepo) { r.git("checkout", "-q", "--", "b.go") }},
		{"committed file changed", false, func(r *gitRepo) { r.write(map[string]string{"committed.go": function("k", 5)}) }},
		{"untracked file", false, func(r *gitRepo) { r.write(map[string]string{"new2.go": function("n", 3)}) }},
		{"untracked file changed", false, func(r *gitRepo) { r.write(map[string]string{"new.go": function("n", 4)}) }},
		{"untracked file gone", false, func(r *gitRepo) { r.remove("new.go") }},
		{"tracked file gone", false, func(r *gitRepo) { r.remove("sub/s.go") }},
		{"assumed unchanged", false, func(r *gitRepo) { r.write(map[string]string{"asleep.go": function("z", 4)}) }},
		{"skip worktree", false, func(r *gitRepo) {
			r.git("update-index", "--skip-worktree", "sub/s.go")
			r.write(map[string]string{"sub/s.go": function("s", 4)})
		}},
		{"ignore rule", false, func(r *gitRepo) { r.write(map[string]string{".gitignore": "ignored*\nnew.go\n"}) }},
		{"ignore rule of the clone", false, func(r *gitRepo) { r.write(map[string]string{".git/info/exclude": "new.go\n"}) }},
		{"ignore rule gone", false, func(r *gitRepo) { r.remove(".gitignore") }},
		{"base branch moved", false, func(r *gitRepo) { r.git("branch", "-f", "base", "topic") }},
		{"base branch packed and moved", false, func(r *gitRepo) { r.git("pack-refs", "--all"); r.git("branch", "-f", "base", "topic") }},
		{"tag of the base's name", false, func(r *gitRepo) { r.git("tag", "base", "topic") }},
		{"ref of the base's name", false, func(r *gitRepo) { r.git("update-ref", "refs/base", "topic") }},
		{"base branch gone", false, func(r *gitRepo) { r.git("tag", "base", "base"); r.git("branch", "-D", "base") }},
		{"other branch", false, func(r *gitRepo) { r.git("stash", "-q"); r.git("switch", "-q", "base") }},
		{"new commit", false, func(r *gitRepo) { r.commit("more") }},
		{"nested module", false, func(r *gitRepo) {
			r.write(map[string]string{"sub/go.mod": "module example.com/sub\n", "sub/s.go": function("s", 3)})
			r.write(map[string]string{"sub/s.go": function("s", 9)})
		}},
		{"nested repository", false, func(r *gitRepo) { r.git("init", "-q", "sub"); r.git("-C", "sub", "add", "-A") }},
		{"repository around", false, func(r *gitRepo) {
			if err := os.Rename(filepath.Join(r.dir, ".git"), filepath.Join(r.dir, ".no")); err != nil {
				r.t.Fatal(err)
			}
		}},
		{"shallow", false, func(r *gitRepo) { r.write(map[string]string{".git/shallow": r.git("rev-parse", "base") + "\n"}) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := witnessRepo(t)
			r.t = t
			o := r.options()
			o.Base = "base"
			set, w := witnessed(t, o)
			if !w.Holds(context.Background(), os.Getenv) {
				t.Fatal("the witness does not hold right away")
			}
			tt.change(r)
			holds := w.Holds(context.Background(), os.Getenv)
			again, err := diffsrc.Compute(context.Background(), o)
			same := err == nil && cmp.Equal(set, again, cmpopts.EquateEmpty())
			if holds && !same {
				t.Errorf("the witness holds, but the line set is another one: %v %s", err, cmp.Diff(set, again))
			}
			if tt.holds && !holds {
				t.Error("the witness does not hold")
			}
		})
	}
}

// TestWitnessOfNestedModule has a change in a directory that becomes a module
// of its own, which git may not know.
func TestWitnessOfNestedModule(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"sub/s.go": function("s", 3), ".gitignore": "go.mod\n"})
	r.write(map[string]string{"sub/s.go": function("s", 4)})
	_, w := witnessed(t, r.options())
	r.write(map[string]string{"sub/go.mod": "module example.com/sub\n"})
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds, want a new module in a changed file's directory to be seen")
	}
}

// TestWitnessOfChosenBase sets no base, so refs other than HEAD choose it.
func TestWitnessOfChosenBase(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.write(map[string]string{"a.go": function("a", 4)})
	r.commit("second")
	o := r.options()
	o.Base = ""
	set, w := witnessed(t, o)
	if got, want := set.Bases[0].Ref, "v1.0.0"; got != want {
		t.Fatalf("got base %s, want %s", got, want)
	}
	r.write(map[string]string{"a.go": function("a", 5)})
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds after a file changed")
	}
	r.commit("third")
	_, w = witnessed(t, o)
	r.git("tag", "v1.1.0", "HEAD~1")
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds, want a newer tag before HEAD to be seen")
	}
	_, w = witnessed(t, o)
	r.git("symbolic-ref", "HEAD", "refs/heads/other")
	r.git("update-ref", "refs/heads/other", "main")
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds, want another branch at the same commit to be seen")
	}
}

// TestWitnessOfSubmodule changes a file in a submodule that belongs to the
// module around it.
func TestWitnessOfSubmodule(t *testing.T) {
	t.Parallel()
	lib := newRepo(t, map[string]string{"l.go": function("l", 3)})
	lib.remove("go.mod")
	lib.commit("no module")
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("submodule", "--quiet", "add", lib.dir, "lib")
	r.commit("submodule")
	r.git("tag", "v2.0.0")
	o := r.options()
	o.Base = "v2.0.0"
	_, w := witnessed(t, o)
	if !w.Holds(context.Background(), os.Getenv) {
		t.Fatal("the witness does not hold right away")
	}
	r.write(map[string]string{"lib/l.go": function("l", 4)})
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds, want a change in the submodule to be seen")
	}
}

// TestWitnessOfLostRepository has a submodule without its .git, which git does
// not look into.
func TestWitnessOfLostRepository(t *testing.T) {
	t.Parallel()
	lib, _ := library(t, "")
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.addSubmodule(lib, "lib", "main")
	r.tagAsBase()
	r.remove("lib/.git")
	set, w := witnessed(t, r.options())
	wantLines(t, set, map[string]string{})
	r.write(map[string]string{"lib/new.go": function("n", 3)})
	if w.Holds(context.Background(), os.Getenv) {
		t.Error("the witness holds, want a new file in the directory to be seen")
	}
	if got := changed(compute(t, r.options())); len(got) != 1 {
		t.Errorf("got changed files %v, want lib/new.go", got)
	}
}

// TestWitnessAsksLittle counts the questions, because each one is a process in
// every build without changes. Without untracked Go files there is one less.
func TestWitnessAsksLittle(t *testing.T) {
	t.Parallel()
	r := witnessRepo(t)
	o := r.options()
	for base, want := range map[string]int{"base": 5, "v1.0.0": 5, "HEAD": 4, r.git("rev-parse", "base"): 5} {
		o.Base = base
		if _, w := witnessed(t, o); len(w.Asked) != want {
			t.Errorf("base %s: got %d questions, want %d: %v", base, len(w.Asked), want, w.Asked)
		}
	}
}
