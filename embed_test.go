package goat_test

import (
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat"
)

var runtimeDirs = []string{"rt", "rt/file", "rt/instance", "rt/manifest", "rt/push", "rt/serve", "rt/trace", "rt/trace/page", "rt/trace/uplink", "rt/trace/wire", "rt/warning"}

// The list of embedded files is kept by hand: it must be what is there.
func TestRuntimeFilesAreAllAndOnlyTheSources(t *testing.T) {
	var want []string
	for _, dir := range runtimeDirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".s") {
				want = append(want, path.Join(dir, e.Name()))
			}
		}
	}
	got := map[string]bool{}
	for _, name := range embedded(t) {
		got[name] = true
	}
	wanted := map[string]bool{}
	for _, name := range want {
		wanted[name] = true
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func embedded(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(goat.RuntimeFiles(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The runtime is compiled with whatever flags and for whatever system the
// application is: nothing may depend on them, and nothing may be missing.
func TestRuntimeFilesDependOnNothing(t *testing.T) {
	suffix := regexp.MustCompile(`_[a-z0-9]+\.go$`)
	for _, name := range embedded(t) {
		if strings.HasPrefix(name, "rt/trace/goid_") || strings.HasPrefix(name, "rt/trace/publish_") { // one for each processor
			continue
		}
		if suffix.MatchString(name) {
			t.Errorf("%s: the name may be a build constraint", name)
		}
		text, err := fs.ReadFile(goat.RuntimeFiles(), name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if constraint.IsGoBuild(c.Text) || constraint.IsPlusBuild(c.Text) {
					t.Errorf("%s: has a build constraint", name)
				}
			}
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			first, _, _ := strings.Cut(imported, "/")
			standard := !strings.Contains(first, ".") && imported != "C" && imported != "syscall"
			own := slices.Contains(runtimeDirs, strings.TrimPrefix(imported, "github.com/goat-trace/goat/"))
			if !standard && !own {
				t.Errorf("%s: imports %s", name, imported)
			}
		}
	}
}

func TestRuntimeHash(t *testing.T) {
	got := goat.RuntimeHash()
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(got) || got != goat.RuntimeHash() {
		t.Errorf("got %q, want 64 hex digits, the same each time", got)
	}
}
