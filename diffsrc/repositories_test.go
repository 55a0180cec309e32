package diffsrc_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// at returns the repository in a directory of r.
func (r *gitRepo) at(dir string) *gitRepo {
	return &gitRepo{t: r.t, dir: filepath.Join(r.dir, filepath.FromSlash(dir)), env: r.env}
}

func (r *gitRepo) rename(old, new string) {
	r.t.Helper()
	if err := os.Rename(filepath.Join(r.dir, old), filepath.Join(r.dir, new)); err != nil {
		r.t.Fatal(err)
	}
}

// library makes a repository of one module. Its commit "old" has the functions
// a and b, and HEAD also has c.
func library(t *testing.T, path string) (lib *gitRepo, old string) {
	t.Helper()
	lib = emptyRepo(t)
	if path != "" {
		lib.write(map[string]string{"go.mod": "module " + path + "\n"})
	}
	lib.write(map[string]string{"a.go": function("a", 3)})
	lib.commit("a")
	lib.write(map[string]string{"b.go": function("b", 3)})
	old = lib.commit("b")
	lib.write(map[string]string{"c.go": function("c", 3)})
	lib.commit("c")
	return lib, old
}

// addSubmodule adds a repository as a submodule at a commit.
func (r *gitRepo) addSubmodule(lib *gitRepo, dir, commit string) {
	r.t.Helper()
	r.git("submodule", "--quiet", "add", "--force", "file://"+lib.dir, dir)
	r.at(dir).git("checkout", "-q", commit)
}

// tagAsBase commits everything and tags it as the base.
func (r *gitRepo) tagAsBase() {
	r.t.Helper()
	r.commit("base")
	r.git("tag", "-f", "v1.0.0")
}

// TestSubmoduleOfWorkspace compares a submodule's module with the commit that
// the superproject's base records, whatever refs the submodule has.
func TestSubmoduleOfWorkspace(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"lib", "deep/li b"} {
		lib, old := library(t, "example.com/lib")
		lib.git("tag", "v1.0.0", old+"~") // another release of another project
		r := newRepo(t, map[string]string{"m.go": function("m", 3)})
		r.addSubmodule(lib, dir, old)
		r.tagAsBase()
		r.at(dir).git("checkout", "-q", "main")
		inLib := modules.Module{Path: "example.com/lib", Dir: filepath.Join(r.dir, dir)}
		want := map[string]string{"example.com/lib/c.go": "3-6"}
		for name, modules := range map[string][]modules.Module{
			"both": {r.options().Modules[0], inLib}, "reversed": {inLib, r.options().Modules[0]}, "alone": {inLib},
		} {
			for _, from := range []string{r.dir, inLib.Dir} {
				o := r.options()
				o.Modules, o.Dir, o.Root = modules, from, r.dir
				set := compute(t, o)
				if diff := cmp.Diff(want, lines(set)); diff != "" {
					t.Errorf("%s, %s, from %s: effective lines: got +, want -:\n%s", dir, name, from, diff)
				}
				if got := set.Bases[0].Dir; got != r.dir {
					t.Errorf("%s, %s: got first base of %s, want the superproject's", dir, name, got)
				}
			}
		}
		o := r.options()
		o.Modules, o.Dir, o.Root = []modules.Module{inLib}, inLib.Dir, inLib.Dir // a build of the library by itself
		if diff := cmp.Diff(map[string]string{"example.com/lib/c.go": "3-6"}, lines(computeAt(t, o, old))); diff != "" {
			t.Errorf("%s: effective lines: got +, want -:\n%s", dir, diff)
		}
	}
}

func computeAt(t *testing.T, o diffsrc.Options, base string) *diffsrc.LineSet {
	o.Base = base
	return compute(t, o)
}

// TestSubmoduleLayouts changes where git keeps a directory but no code, so no
// line is changed.
func TestSubmoduleLayouts(t *testing.T) {
	t.Parallel()
	directory := func(r *gitRepo, lib *gitRepo) {
		r.git("rm", "-q", "-f", "lib")
		r.git("rm", "-q", "-f", "--cached", "--ignore-unmatch", ".gitmodules")
		os.RemoveAll(r.at("lib").dir)
		r.write(map[string]string{"lib/a.go": function("a", 3), "lib/b.go": function("b", 3), "lib/c.go": function("c", 3)})
	}
	tests := []struct {
		name   string
		base   func(r, lib *gitRepo)
		change func(r, lib *gitRepo)
		only   []int // precisions; nil means all
	}{
		{name: "a directory became a submodule",
			base: func(r, lib *gitRepo) { directory(r, lib) },
			change: func(r, lib *gitRepo) {
				r.git("rm", "-q", "-r", "lib")
				r.addSubmodule(lib, "lib", "main")
			}},
		{name: "a submodule became a directory, committed", change: func(r, lib *gitRepo) { directory(r, lib); r.commit("directory") }},
		{name: "a submodule became a directory, untracked", change: directory},
		{name: "a submodule lost its .git", change: func(r, lib *gitRepo) { os.Remove(r.at("lib/.git").dir) }},
		{name: "a submodule moved", only: []int{1, 2}, change: func(r, lib *gitRepo) { r.git("mv", "lib", "other lib"); r.commit("moved") }},
		{name: "a submodule was renamed", change: func(r, lib *gitRepo) {
			r.git("config", "-f", ".gitmodules", "--rename-section", "submodule.lib", "submodule.renamed")
			r.commit("renamed")
		}},
		{name: "a submodule left .gitmodules", change: func(r, lib *gitRepo) { r.write(map[string]string{".gitmodules": ""}) }},
		{name: "a submodule left the index", change: func(r, lib *gitRepo) { r.git("rm", "-q", "--cached", "lib") }},
		{name: "a submodule is not checked out", change: func(r, lib *gitRepo) { r.git("submodule", "--quiet", "deinit", "-f", "lib") }},
		{name: "a submodule was removed", change: func(r, lib *gitRepo) { r.git("rm", "-q", "-f", "lib"); r.commit("removed") }},
		{name: "a clone became a submodule",
			base: func(r, lib *gitRepo) { r.git("rm", "-q", "--cached", ".gitmodules"); r.remove(".gitmodules") },
			change: func(r, lib *gitRepo) {
				r.git("rm", "-q", "--cached", "lib")
				r.git("submodule", "--quiet", "add", "file://"+lib.dir, "lib")
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib, _ := library(t, "")
			r := newRepo(t, map[string]string{"m.go": function("m", 3)})
			r.t, lib.t = t, t
			r.addSubmodule(lib, "lib", "main")
			if tt.base != nil {
				tt.base(r, lib)
			}
			r.tagAsBase()
			tt.change(r, lib)
			for precision := 1; precision <= 3; precision++ {
				o := r.options()
				o.Precision = precision
				set := compute(t, o)
				if tt.only == nil || slices.Contains(tt.only, precision) {
					if diff := cmp.Diff(map[string]string{}, changed(set)); diff != "" {
						t.Errorf("precision %d: effective lines: got +, want -:\n%s", precision, diff)
					}
				}
				if len(set.Uncompared) > 0 {
					t.Errorf("precision %d: got %+v left out", precision, set.Uncompared)
				}
			}
		})
	}
}

// changed returns a line set's files that have effective lines.
func changed(set *diffsrc.LineSet) map[string]string {
	all := lines(set)
	for name, text := range all {
		if text == "" {
			delete(all, name)
		}
	}
	return all
}

// TestSubmoduleOfSubmodule has a library two levels down.
func TestSubmoduleOfSubmodule(t *testing.T) {
	t.Parallel()
	inner, old := library(t, "")
	outer := emptyRepo(t)
	outer.write(map[string]string{"o.go": function("o", 3)})
	outer.addSubmodule(inner, "inner", old)
	outer.commit("outer")
	r := newRepo(t, map[string]string{"m.go": function("m", 3)})
	r.git("submodule", "--quiet", "add", outer.dir, "outer")
	r.git("submodule", "--quiet", "update", "--init", "--recursive")
	r.tagAsBase()
	r.at("outer/inner").git("checkout", "-q", "main")
	r.write(map[string]string{"outer/o.go": function("o", 4)})
	wantLines(t, compute(t, r.options()), map[string]string{"outer/inner/c.go": "3-6", "outer/o.go": "4-7"})
}

// TestMovedIntoSubmodule moves a function from the superproject into a
// submodule.
func TestMovedIntoSubmodule(t *testing.T) {
	t.Parallel()
	lib, _ := library(t, "")
	r := newRepo(t, map[string]string{"m.go": function("m", 9), "stays.go": function("s", 3)})
	r.addSubmodule(lib, "lib", "main")
	r.tagAsBase()
	r.remove("m.go")
	r.write(map[string]string{"lib/m.go": function("m", 9)})
	if diff := cmp.Diff(map[string]string{}, changed(compute(t, r.options()))); diff != "" {
		t.Errorf("effective lines: got +, want -:\n%s", diff)
	}
}

// TestNestedClones has clones that are not submodules, and files in them that
// do not count.
func TestNestedClones(t *testing.T) {
	t.Parallel()
	everything := map[string]string{"lib/a.go": "3-6", "lib/b.go": "3-6", "lib/c.go": "3-6"}
	tests := []struct {
		name   string
		base   func(r *gitRepo)
		change func(r *gitRepo)
		want   map[string]string
	}{
		{name: "unknown to git", want: everything},
		{name: "in the index", change: func(r *gitRepo) { r.git("add", "lib") }, want: everything},
		{name: "in the index, with an empty .gitmodules", want: everything,
			change: func(r *gitRepo) { r.git("add", "lib"); r.write(map[string]string{".gitmodules": ""}) }},
		{name: "committed", change: func(r *gitRepo) { r.commit("lib") }, want: everything},
		{name: "in the base", base: func(r *gitRepo) { r.at("lib").git("checkout", "-q", "HEAD~"); r.tagAsBase() },
			change: func(r *gitRepo) { r.at("lib").git("checkout", "-q", "main") }, want: map[string]string{"lib/c.go": "3-6"}},
		{name: "in the base, and changed", base: (*gitRepo).tagAsBase, want: map[string]string{"lib/a.go": "4-7", "lib/new.go": "3-4"},
			change: func(r *gitRepo) {
				r.write(map[string]string{"lib/a.go": function("a", 4), "lib/new.go": function("n", 1), "lib/ignored.go": function("i", 1), "lib/.gitignore": "ignored.go"})
			}},
		{name: "ignored", want: map[string]string{}, change: func(r *gitRepo) { r.write(map[string]string{".gitignore": "/lib/\n"}) }},
		{name: "without a commit", want: everything, change: func(r *gitRepo) {
			os.RemoveAll(r.at("lib/.git").dir)
			r.git("init", "-q", "lib")
		}},
		{name: "a module of its own", want: map[string]string{}, change: func(r *gitRepo) { r.write(map[string]string{"lib/go.mod": "module example.com/lib\n"}) }},
		{name: "where the base has files", want: map[string]string{"lib/c.go": "3-6"},
			base: func(r *gitRepo) {
				r.rename("lib", "aside")
				r.write(map[string]string{"lib/a.go": function("a", 3), "lib/b.go": function("b", 3)})
				r.git("add", "lib")
				r.git("commit", "-q", "-m", "files")
				r.git("tag", "-f", "v1.0.0")
				os.RemoveAll(r.at("lib").dir)
				r.rename("aside", "lib")
				r.git("rm", "-q", "-r", "--cached", "lib")
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib, _ := library(t, "")
			r := newRepo(t, map[string]string{"m.go": function("m", 3)})
			r.t = t
			r.git("clone", "-q", lib.dir, "lib")
			if tt.base != nil {
				tt.base(r)
			}
			before := compute(t, r.options()).ID()
			if tt.change != nil {
				tt.change(r)
			}
			set := compute(t, r.options())
			wantLines(t, set, tt.want)
			if tt.name == "ignored" && set.ID() == before {
				t.Error("the line set's ID is that of a clone that is not ignored")
			}
		})
	}
}

// TestMissingPin has a submodule whose old commit is missing in a shallow
// clone.
func TestMissingPin(t *testing.T) {
	t.Parallel()
	lib, old := library(t, "example.com/lib")
	r := newRepo(t, map[string]string{"m.go": function("m", 3)})
	r.addSubmodule(lib, "my lib", old)
	r.tagAsBase()
	r.at("my lib").git("checkout", "-q", "main")
	r.write(map[string]string{"m.go": function("m", 4)})
	r.commit("new")
	clone := emptyRepo(t)
	clone.git("clone", "-q", "--recurse-submodules", "--shallow-submodules", "file://"+r.dir, "x")
	x := clone.at("x")
	o := x.options()
	o.Modules = append(o.Modules, modules.Module{Path: "example.com/lib", Dir: x.at("my lib").dir})
	set := compute(t, o)
	wantLines(t, set, map[string]string{"m.go": "4-7"})
	if len(set.Uncompared) != 1 || !set.Uncompared[0].Submodule || set.Uncompared[0].Dir != x.at("my lib").dir {
		t.Fatalf("got %+v, want the submodule to be left out", set.Uncompared)
	}
	_, command, ok := strings.Cut(set.Uncompared[0].Reason, "run `git -C '"+x.at("my lib").dir+"' ")
	if !ok {
		t.Fatalf("got reason %q, want it to end with a command", set.Uncompared[0].Reason)
	}
	x.at("my lib").git(strings.Fields(strings.TrimSuffix(command, "`"))...)
	set = compute(t, o)
	if diff := cmp.Diff(map[string]string{"example.com/m/m.go": "4-7", "example.com/lib/c.go": "3-6"}, lines(set)); diff != "" || len(set.Uncompared) > 0 {
		t.Errorf("after %q: effective lines: got +, want -:\n%s%+v", command, diff, set.Uncompared)
	}
}

// TestRepositoriesSideBySide has a workspace of two repositories, in every
// order.
func TestRepositoriesSideBySide(t *testing.T) {
	t.Parallel()
	parent := emptyRepo(t)
	os.RemoveAll(filepath.Join(parent.dir, ".git"))
	var list []modules.Module
	repos := make(map[string]*gitRepo)
	for _, name := range []string{"app", "lib"} {
		r := parent.at(name)
		r.write(map[string]string{"go.mod": "module example.com/" + name + "\n", name + ".go": function(name, 3)})
		r.git("init", "-q", "-b", "main")
		r.commit("base")
		r.git("tag", name+"-v1")
		r.git("tag", "both")
		r.write(map[string]string{name + ".go": function(name, 4)})
		r.commit("new")
		list = append(list, modules.Module{Path: "example.com/" + name, Dir: r.dir})
		repos[name] = r
	}
	app, lib := "example.com/app/app.go", "example.com/lib/lib.go"
	tests := []struct {
		base, root string
		want       map[string]string
		lacking    string // the repository without the base
		err        string
	}{
		{base: "both", root: "app", want: map[string]string{app: "4-7", lib: "4-7"}},
		{base: "both", root: "", want: map[string]string{app: "4-7", lib: "4-7"}},
		{base: "app-v1", root: "app", want: map[string]string{app: "4-7"}, lacking: "lib"},
		{base: "app-v1", root: "", want: map[string]string{app: "4-7"}, lacking: "lib"},
		{base: "lib-v1", root: "", want: map[string]string{lib: "4-7"}, lacking: "app"},
		{base: "lib-v1", root: "app", err: `base "lib-v1" in ` + repos["app"].dir},
		{base: "none", root: "", err: `base "none" in ` + repos["app"].dir},
	}
	for _, tt := range tests {
		var ids []string
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			o := diffsrc.Options{Dir: parent.dir, Root: filepath.Join(parent.dir, tt.root), Base: tt.base,
				Modules: []modules.Module{list[order[0]], list[order[1]]}}
			if tt.err != "" {
				computeError(t, o, tt.err)
				continue
			}
			set := compute(t, o)
			ids = append(ids, set.ID())
			if diff := cmp.Diff(tt.want, lines(set)); diff != "" {
				t.Errorf("base %s, root %q, order %v: effective lines: got +, want -:\n%s", tt.base, tt.root, order, diff)
			}
			var lacking []string
			for _, u := range set.Uncompared {
				lacking = append(lacking, filepath.Base(u.Dir))
			}
			if got := strings.Join(lacking, " "); got != tt.lacking {
				t.Errorf("base %s, root %q, order %v: got %q left out, want %q", tt.base, tt.root, order, got, tt.lacking)
			}
		}
		if slices.Sort(ids); len(slices.Compact(ids)) > 1 {
			t.Errorf("base %s, root %q: the order of modules changes the ID", tt.base, tt.root)
		}
	}
}

// TestModuleInNoRepository has a module of a workspace outside git.
func TestModuleInNoRepository(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"m.go": function("m", 3)})
	r.write(map[string]string{"m.go": function("m", 4)})
	outside := filepath.Join(t.TempDir(), "lib")
	writeFile(t, filepath.Join(outside, "go.mod"), "module example.com/lib\n")
	o := r.options()
	o.Modules = []modules.Module{{Path: "example.com/lib", Dir: outside}, o.Modules[0]}
	set := compute(t, o)
	wantLines(t, set, map[string]string{"m.go": "4-7"})
	if len(set.Uncompared) != 1 {
		t.Errorf("got %+v, want the module outside of git to be named", set.Uncompared)
	}
}

// TestCloneOfWorkspace uses modules in clones that the repository around them
// ignores or does not know. Each is compared in its own repository.
func TestCloneOfWorkspace(t *testing.T) {
	t.Parallel()
	for _, ignored := range []bool{true, false} {
		lib, old := library(t, "example.com/lib")
		lib.git("tag", "v1.0.0", old)
		r := newRepo(t, map[string]string{"m.go": function("m", 3)})
		if ignored {
			r.write(map[string]string{".gitignore": "/lib\n"})
		}
		r.git("clone", "-q", lib.dir, "lib")
		o := r.options()
		o.Modules = append(o.Modules, modules.Module{Path: "example.com/lib", Dir: r.at("lib").dir})
		if diff := cmp.Diff(map[string]string{"example.com/lib/c.go": "3-6"}, lines(compute(t, o))); diff != "" {
			t.Errorf("effective lines: got +, want -:\n%s", diff)
		}
	}
}
