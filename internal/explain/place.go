package explain

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/golist"
	"github.com/goat-trace/goat/internal/session"
)

// anyPackage is an import path that session.Package takes for every directory of
// a module.
const anyPackage = "command-line-arguments"

// locate finds the module of the file.
func (e *explanation) locate(context.Context) (bool, error) {
	dir := filepath.Dir(e.path)
	m, rel, ok := e.session.Package(anyPackage, dir)
	if ok && slices.Contains(strings.Split(rel, "/"), "vendor") {
		return e.because(Vendored, "it is below a vendor directory, which holds other modules' code",
			"modules: true in goat.yaml gives points to what a raised version of a required module brought in"), nil
	}
	if ok {
		e.module, e.rel = m, filepath.ToSlash(filepath.Join(rel, filepath.Base(e.path)))
		e.Module = m.Path
		return false, nil
	}
	return e.because(e.whyOutside(dir)), nil
}

// whyOutside says where code comes from that is in no module of the build.
func (e *explanation) whyOutside(dir string) (reason Reason, text, next string) {
	if golist.IsLibrary(dir) {
		return StandardModule, "it is the standard library, which goat never instruments", ""
	}
	root := moduleAbove(dir)
	var own []string
	for _, m := range e.session.Modules {
		own = append(own, m.Path)
		if filepath.Clean(m.Dir) == root {
			return Linked, "its directory is reached through a symbolic link, where git has no files", "name it by the directory that the link leads to"
		}
	}
	text = fmt.Sprintf("its module is not one of this build's (%s)", strings.Join(own, ", "))
	next = "run goat in that module's directory, or add it to go.work"
	for _, m := range e.session.Modules {
		if root != "" && within(m.Dir, root) {
			return OtherModule, "it is in a module of its own below this one: " + filepath.Join(root, "go.mod"), next + "; skipNestedModules: false in goat.yaml takes it in"
		}
	}
	if strings.Contains(filepath.ToSlash(dir), "/pkg/mod/") {
		next = "modules: true in goat.yaml gives points to what a raised version of a required module brought in"
	}
	return OtherModule, text, next
}

func moduleAbove(dir string) string {
	for !modules.HasGoMod(dir) {
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
	return dir
}

func within(dir, name string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

// isLeftOut checks for whatever leaves out whole files.
func (e *explanation) isLeftOut(ctx context.Context) (bool, error) {
	s := e.session
	if item, ok := s.Config.IgnoredBy(e.rel); ok {
		return e.because(Ignores, fmt.Sprintf("ignores leaves it out: %q (%s)", item, s.Config.Origins["ignores"]), "take that item away"), nil
	}
	if !s.Config.Generated && gofile.Generated(e.src) {
		return e.because(Generated, "the file says that it is generated", "generated: true in goat.yaml gives generated files points"), nil
	}
	for _, u := range s.Uncompared {
		if within(u.Dir, e.resolved()) {
			return e.because(NoLines, u.Reason, ""), nil
		}
	}
	if slices.Contains(s.Stale, e.module.Path+"/"+e.rel) || e.otherBytes() {
		return e.because(Stale, "the index was made of another state of the file", "run goat index again where git is"), nil
	}
	var err error
	e.history, err = diffsrc.OpenHistory(ctx, e.path)
	if err != nil {
		e.history = nil // outside git an index or a patch file decides
		return false, nil
	}
	rule, ignored, err := e.history.IgnoredBy(ctx)
	if err != nil {
		return false, err
	}
	if ignored && !s.All {
		return e.because(GitIgnored, "git ignores the file and does not track it ("+rule+")", "git add -f has git track it"), nil
	}
	return false, nil
}

// otherBytes reports whether the line set has lines of the file, but for other
// contents.
func (e *explanation) otherBytes() bool {
	_, _, err := e.session.Effective(e.module.Path, e.rel, e.src)
	return errors.Is(err, session.ErrOtherBytes)
}

// isNotBuilt asks the go command for the file's package.
func (e *explanation) isNotBuilt(ctx context.Context) (bool, error) {
	test := strings.HasSuffix(e.path, "_test.go")
	q := golist.Query{Dir: filepath.Dir(e.path), Patterns: []string{"."}, Tags: e.Tags, Tests: test}
	roots, err := q.LoadAll(ctx)
	if err != nil {
		return false, err
	}
	best, ignored := (*packages.Package)(nil), false
	for _, root := range roots {
		if holds(root.GoFiles, e.path) && (best == nil || len(root.GoFiles) > len(best.GoFiles)) {
			best = root
		}
		ignored = ignored || holds(root.IgnoredFiles, e.path)
	}
	if best == nil {
		text, next := e.whyNotBuilt(ignored)
		return e.because(NotBuilt, text, next), nil
	}
	e.Package, e.files = best.PkgPath, best.GoFiles
	return false, nil
}

func (e *explanation) whyNotBuilt(ignored bool) (text, next string) {
	platform := build.Default.GOOS + "/" + build.Default.GOARCH
	text = "the file is in no package of a build for " + platform
	if e.Tags != "" {
		text += " with the tags " + e.Tags
	}
	if line := constraintOf(e.src); line != "" {
		return text + ": its constraint is " + line, "set what the constraint wants: -tags, GOOS, GOARCH or CGO_ENABLED"
	}
	base := filepath.Base(e.path)
	switch {
	case strings.HasPrefix(base, "_"), strings.HasPrefix(base, "."):
		return "the go command leaves out files whose names begin with " + base[:1], ""
	case ignored:
		return text + ": its name is for another platform, or cgo is off", "set GOOS, GOARCH or CGO_ENABLED to what the file is for"
	}
	return text, `"go list" in its directory says why`
}

// constraintOf returns the file's //go:build line, "" for none.
func constraintOf(src []byte) string {
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if constraint.IsGoBuild(line) {
			return line
		}
		if line != "" && !strings.HasPrefix(line, "//") {
			break
		}
	}
	return ""
}

// holds reports whether a list contains a file under any of its names.
func holds(list []string, file string) bool {
	info, err := os.Stat(file)
	return slices.ContainsFunc(list, func(name string) bool {
		if name == file {
			return true
		}
		if err != nil || filepath.Base(name) != filepath.Base(file) {
			return false
		}
		other, otherErr := os.Stat(name)
		return otherErr == nil && os.SameFile(info, other)
	})
}
