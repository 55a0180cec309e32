package diffsrc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/modules"
)

func TestModuleInSubdirectory(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"out.go": function("o", 3), "sub/in.go": function("i", 3), "sub/go.mod": "module example.com/m\n"})
	r.write(map[string]string{"out.go": function("o", 4), "sub/in.go": function("i", 4), "sub/deep/new.go": function("n", 1)})
	o := r.options()
	o.Modules[0].Dir = filepath.Join(r.dir, "sub")
	wantLines(t, compute(t, o), map[string]string{"in.go": "4-7", "deep/new.go": "3-4"})
}

func TestNestedModules(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{
		"a.go": function("a", 3), "tool/go.mod": "module example.com/other\n", "tool/t.go": function("t", 3),
		"vendor/x.com/y/y.go": function("y", 3),
	})
	r.write(map[string]string{"a.go": function("a", 4), "tool/t.go": function("t", 4), "vendor/x.com/y/y.go": function("y", 4)})
	o := r.options()
	wantLines(t, compute(t, o), map[string]string{"a.go": "4-7"})
	o.NestedModules = true
	want := map[string]string{"example.com/m/a.go": "4-7", "example.com/other/t.go": "4-7"}
	if diff := cmp.Diff(want, lines(compute(t, o))); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
}

// TestNestedModulesBehindLink has a PWD, and so a main module's directory, that
// ends in a symbolic link.
func TestNestedModulesBehindLink(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"sub/go.mod": "module example.com/sub\n"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(r.dir, link); err != nil {
		t.Fatal(err)
	}
	got := modules.Nested([]modules.Module{{Path: "example.com/m", Dir: link}})
	want := []modules.Module{{Path: "example.com/sub", Dir: filepath.Join(link, "sub")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nested modules differ (-want +got):\n%s", diff)
	}
}

func TestWorkspaceOverRepositories(t *testing.T) {
	t.Parallel()
	one := newRepo(t, map[string]string{"a.go": function("a", 3)})
	two := newRepo(t, map[string]string{"b.go": function("b", 3)})
	two.write(map[string]string{"go.mod": "module example.com/two\n"})
	three := emptyRepo(t)
	three.write(map[string]string{"go.mod": "module example.com/three\n", "c.go": function("c", 3)})
	three.commit("has no tag")
	one.write(map[string]string{"a.go": function("a", 4)})
	two.write(map[string]string{"b.go": function("b", 4)})
	three.write(map[string]string{"c.go": function("c", 4)})
	o := one.options()
	o.Modules = append(o.Modules, modules.Module{Path: "example.com/two", Dir: two.dir},
		modules.Module{Path: "example.com/three", Dir: three.dir}, modules.Module{Path: "example.com/four", Dir: t.TempDir()})
	set := compute(t, o)
	want := map[string]string{"example.com/m/a.go": "4-7", "example.com/two/b.go": "4-7"}
	if diff := cmp.Diff(want, lines(set)); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
	if got := []string{set.Bases[0].Dir, set.Bases[1].Dir}; len(set.Bases) != 2 || got[0] != one.dir || got[1] != two.dir {
		t.Errorf("got bases %+v, want those of %s and %s", set.Bases, one.dir, two.dir)
	}
}

// submodules makes a repository with two submodules: "lib", which is a module,
// and "plain", which is not.
func submodules(t *testing.T) (super *gitRepo) {
	lib := emptyRepo(t)
	lib.write(map[string]string{"go.mod": "module example.com/lib\n", "l.go": function("l", 3)})
	lib.commit("lib")
	lib.git("tag", "v1.0.0")
	plain := emptyRepo(t)
	plain.write(map[string]string{"p.go": function("p", 3)})
	plain.commit("plain")
	super = newRepo(t, map[string]string{"a.go": function("a", 3)})
	super.git("submodule", "--quiet", "add", lib.dir, "lib")
	super.git("submodule", "--quiet", "add", plain.dir, "plain")
	super.commit("submodules")
	super.git("tag", "-f", "v1.0.0")
	return super
}

func TestSubmodules(t *testing.T) {
	t.Parallel()
	r := submodules(t)
	r.write(map[string]string{"a.go": function("a", 4), "lib/l.go": function("l", 4), "plain/p.go": function("p", 4)})
	plain := &gitRepo{t: t, dir: filepath.Join(r.dir, "plain")}
	plain.commit("the superproject's commit stays the base")
	o := r.options()
	set := compute(t, o)
	wantLines(t, set, map[string]string{"a.go": "4-7", "plain/p.go": "4-7"})
	if len(set.Bases) != 2 || set.Bases[1].Dir != plain.dir {
		t.Errorf("got bases %+v, want a second one for %s", set.Bases, plain.dir)
	}
	o.Modules = append(o.Modules, modules.Module{Path: "example.com/lib", Dir: filepath.Join(r.dir, "lib")})
	want := map[string]string{"example.com/m/a.go": "4-7", "example.com/m/plain/p.go": "4-7", "example.com/lib/l.go": "4-7"}
	if diff := cmp.Diff(want, lines(compute(t, o))); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
	o.Modules = o.Modules[1:] // a build inside the submodule
	want = map[string]string{"example.com/lib/l.go": "4-7"}
	if diff := cmp.Diff(want, lines(compute(t, o))); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
}

// TestNewSubmodule adds a submodule that the base does not have.
func TestNewSubmodule(t *testing.T) {
	t.Parallel()
	plain := emptyRepo(t)
	plain.write(map[string]string{"p.go": function("p", 3)})
	plain.commit("plain")
	r := newRepo(t, map[string]string{"a.go": function("a", 3)})
	r.git("submodule", "--quiet", "add", plain.dir, "plain")
	precisions(t, r.options(), map[int]map[string]string{
		1: {"plain/p.go": "3-6"}, 2: {"plain/p.go": "3-6"}, 3: {"plain/p.go": "3-6"},
	})
}

func TestOddPaths(t *testing.T) {
	t.Parallel()
	names := []string{
		"with blank/a b.go", "quo\"te/q\"q.go", "tab\tname/t\tt.go", "ünï/ø 日本.go", "back\\slash/b\\.go",
		"new\nline/n\nn.go", "-dash/-d.go", "b/b/b.go", "a/a.go", "glob*/[x].go", "dollar$/`tick`.go", " lead/ trail .go",
	}
	files := make(map[string]string)
	for _, name := range names {
		files[name] = function("f", 3)
	}
	files["moved away/x y.go"] = function("moved", 12)
	r := newRepo(t, files)
	want := make(map[string]string)
	for _, name := range names {
		r.write(map[string]string{name: function("f", 4)})
		want[name] = "4-7"
	}
	r.write(map[string]string{"untracked \"ü\t/u.go": function("u", 1)})
	want["untracked \"ü\t/u.go"] = "3-4"
	r.remove("moved away/x y.go")
	r.write(map[string]string{"moved\there/x\"y.go": function("moved", 12)})
	withRename := map[string]string{"moved\there/x\"y.go": "3-15"}
	for k, v := range want {
		withRename[k] = v
	}
	precisions(t, r.options(), map[int]map[string]string{1: want, 2: want, 3: withRename})
}

func TestIgnoredAndGeneratedFiles(t *testing.T) {
	t.Parallel()
	header := "// Code generated by x. DO NOT EDIT.\n\n"
	r := newRepo(t, map[string]string{"gen.go": header + function("g", 3), "skip/s.go": function("s", 3), "a_test.go": function("a", 3)})
	r.write(map[string]string{"gen.go": header + function("g", 4), "skip/s.go": function("s", 4), "a_test.go": function("a", 4)})
	o := r.options()
	o.Ignore = func(path string) bool { return path == "skip/s.go" }
	wantLines(t, compute(t, o), map[string]string{"a_test.go": "4-7"})
	o.Generated = true
	wantLines(t, compute(t, o), map[string]string{"a_test.go": "4-7", "gen.go": "6-9"})
}
