package source

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/codeowners"
	"github.com/goat-trace/goat/internal/coverage"
)

// maxFile bounds a source file.
const maxFile = 16 << 20

// Finder finds files from one directory.
type Finder struct {
	repository *diffsrc.Sources // nil where there is none
	top        string           // of the work tree, or of the module where there is no repository
}

// Open looks for a repository around a directory. Without one, the module there is
// all there is.
func Open(ctx context.Context, dir string) *Finder {
	if repository, err := diffsrc.OpenSources(ctx, dir); err == nil {
		return &Finder{repository: repository, top: repository.Top()}
	}
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, "go.mod")); err == nil {
			return &Finder{top: top}
		}
		if top == filepath.Dir(top) {
			return &Finder{top: dir}
		}
	}
}

// Tree is the files of one build.
type Tree struct {
	top     string
	commit  *diffsrc.SourceTree // nil where the work tree has to do
	note    string              // said of each file then
	modules map[string]string   // directories relative to top, by module path
	texts   map[string]string   // of the commit, by path
	owners  *codeowners.Rules   // nil where no file says
}

// Tree returns the files of a build.
func (f *Finder) Tree(ctx context.Context, b *coverage.Build) *Tree {
	t := &Tree{top: f.top, modules: make(map[string]string), texts: make(map[string]string)}
	var layout *diffsrc.SourceTree // says where the modules are
	if f.repository != nil && b.Commit != "" {
		layout, _ = f.repository.At(ctx, b.Commit) // not at hand: the work tree has to do
	}
	switch {
	case b.Commit == "":
		t.note = "the commit is not known, this is the work tree's file"
	case layout == nil:
		t.note = fmt.Sprintf("commit %.10s is not at hand, this is the work tree's file", b.Commit)
	case b.Modified:
		t.note = "it was built with changes beside its commit, this is the work tree's file"
	default:
		t.commit = layout
	}
	if layout == nil && f.repository != nil && f.repository.Head() != "" {
		layout, _ = f.repository.At(ctx, f.repository.Head())
	}
	t.findModules(ctx, layout)
	return t
}

// findModules notes where each module of the repository is.
func (t *Tree) findModules(ctx context.Context, layout *diffsrc.SourceTree) {
	var texts map[string]string
	if layout != nil {
		texts, _ = layout.Read(ctx, layout.Paths(func(name string) bool { return path.Base(name) == "go.mod" }))
	}
	if text, ok := t.workFile("go.mod"); ok && texts["go.mod"] == "" {
		texts = map[string]string{"go.mod": text}
	}
	for name, text := range texts {
		module := modfile.ModulePath([]byte(text))
		if dir, known := t.modules[module]; !known || len(name) < len(dir) {
			t.modules[module] = path.Dir(name)
		}
	}
}

// Path returns the place of a site's file in the repository.
func (t *Tree) Path(s *coverage.Site) (string, bool) {
	if s.ModuleVersion != "" || !filepath.IsLocal(filepath.FromSlash(s.File)) {
		return "", false
	}
	// The import path is the module's and the file's directory.
	module := s.Package
	if dir := path.Dir(s.File); dir != "." {
		module = strings.TrimSuffix(strings.TrimSuffix(module, "_test"), "/"+dir)
	}
	dir, known := t.modules[module]
	if !known && len(t.modules) == 1 { // a program that was built from a list of files
		for _, dir = range t.modules {
			known = true
		}
	}
	return path.Join(dir, s.File), known
}

// Load reads the files of sites at once, which is quicker than one by one.
func (t *Tree) Load(ctx context.Context, sites []*coverage.Site) {
	if t.commit == nil {
		return
	}
	var names []string
	seen := make(map[string]bool)
	for _, s := range sites {
		if name, ok := t.Path(s); ok && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	if texts, err := t.commit.Read(ctx, names); err == nil {
		t.texts = texts
	}
}

// Text returns the file of a site, as Load has read it or as it is in the work
// tree, and what there is to say of it. ok is false where it is not at hand.
func (t *Tree) Text(s *coverage.Site) (text, note string, ok bool) {
	name, ok := t.Path(s)
	if !ok {
		return "", "", false
	}
	work, there := t.workFile(name)
	if t.commit == nil {
		return work, t.note, there
	}
	text, ok = t.texts[name]
	switch {
	case ok && (!there || work != text):
		return text, "the work tree's file differs, this is the commit's", true
	case ok:
		return text, "", true
	}
	return work, "the commit's file is not at hand, this is the work tree's", there
}

func (t *Tree) workFile(name string) (string, bool) {
	data, err := bounded.ReadFile(filepath.Join(t.top, filepath.FromSlash(name)), maxFile)
	return string(data), err == nil
}
