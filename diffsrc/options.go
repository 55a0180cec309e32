package diffsrc

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/internal/raised"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
)

// InitRef is the base that makes everything new.
const InitRef = "INIT"

// Options says what to compare. The zero value of each optional field is its
// default.
type Options struct {
	// Dir is the directory the build runs in, absolute.
	Dir string
	// Modules are the main module, or the workspace's modules. Nested modules
	// (a go.mod further down) do not belong to the module around them unless
	// NestedModules is set.
	Modules []modules.Module
	// Root is the directory of the go.work, or of the main module, which is also
	// the default where there is one module; Dir is where there are several. Its
	// repository must have the base, and where it lies in a submodule, that one is
	// compared as a repository by itself.
	Root string
	// NestedModules counts modules below a module's directory as part of what
	// may be instrumented; they are keyed by their own module path.
	NestedModules bool
	// Base is a commit, tag or branch, "HEAD", "INIT" (everything is new), or
	// "" to choose one (see docs/configuration.md).
	Base string
	// Mode is ModeAuto when empty.
	Mode BaseMode
	// Precision is 1 (as 2, and moved code is not changed; the default when 0),
	// 2 (diff with renames) or 3 (diff without).
	Precision int
	// Patchfile names a unified diff from the base to the work tree. It wins
	// over Base; git is not needed.
	Patchfile string
	// Index names a file written by WriteIndex. It wins over Base and
	// Patchfile; git is not needed.
	Index string
	// Digests asks for LineSet.Digests, with which an index notices later that it is
	// of another work tree.
	Digests bool
	// Threads bounds how many git processes run at once; GOMAXPROCS when 0.
	Threads int
	// Ignore reports whether a file is left out; nil ignores nothing. The
	// path is module-relative with slashes.
	Ignore func(path string) bool
	// Generated includes files with a "// Code generated … DO NOT EDIT." line.
	Generated bool
	// CacheDir is where temporary files go when the system has no place for
	// them; "" for nowhere.
	CacheDir string
	// Witness, if not nil, gets what the line set was computed from. It says
	// nothing of a Patchfile's, an Index's or INIT's.
	Witness *git.Witness
	// Getenv looks up the variables of a CI system that say what a pull request is
	// to be merged into; nil knows none.
	Getenv func(string) string
	// Requirements asks for the code of required modules too; nil leaves
	// them alone.
	Requirements *modules.Requirements
	// Versions keeps what two versions of a required module differ by from one
	// build to the next; the zero Folder keeps nothing.
	Versions cache.Folder
	// Progress, if not nil, is told what is being done: done of total pieces of
	// it, or, if total is 0, all at once. It must be safe for concurrent use.
	Progress func(what string, done, total int)
	// Log gets what the user may want to know later; nil discards it.
	Log *slog.Logger
}

// Witness notes what a line set was computed from. Asked again later, it tells
// whether all of that is still so.
type Witness = git.Witness

func (o Options) check() error {
	if o.Precision < 0 || o.Precision > 3 {
		return fmt.Errorf("reading precision %d: set diffPrecision to 1 (moved code does not count), 2 (diff with renames) or 3 (diff without)", o.Precision)
	}
	switch o.Mode {
	case "", ModeAuto, ModeDirect, ModeMergeBase, ModeRequire:
		return nil
	}
	return fmt.Errorf("reading base mode %q: set baseMode to auto, direct, mergeBase or require", o.Mode)
}

// withDefaults fills in defaults. Module directories lose their symbolic
// links, because git answers without.
func (o Options) withDefaults() Options {
	if o.Precision == 0 {
		o.Precision = 1
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	o.Getenv = o.Witness.Watch(o.Getenv)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Modules = slices.Clone(o.Modules)
	for i, m := range o.Modules {
		if dir, err := filepath.EvalSymlinks(m.Dir); err == nil {
			o.Modules[i].Dir = dir
		}
	}
	if o.Root == "" && len(o.Modules) == 1 {
		o.Root = o.Modules[0].Dir
	}
	o.Root = cmp.Or(o.Root, o.Dir)
	if dir, err := filepath.EvalSymlinks(o.Root); err == nil {
		o.Root = dir
	}
	slices.SortStableFunc(o.Modules, func(a, b modules.Module) int { return strings.Compare(a.Dir, b.Dir) })
	return o
}

func (o Options) source() string {
	return [...]string{1: SourceBlame, 2: SourceDiff, 3: SourceDiffNoRenames}[o.Precision]
}

// owner knows which module a file belongs to.
func (o Options) owner() *modules.Owner {
	w := modules.NewOwner(o.Modules)
	w.WithNested, w.Saw = o.NestedModules, o.Witness.Saw
	if o.Ignore != nil {
		w.Ignore = o.Ignore
	}
	return w
}

// TemporaryPrefixes begin the names of all directories that this package makes
// among the temporary files.
func TemporaryPrefixes() []string { return []string{git.ScratchPrefix, raised.TemporaryPrefix} }

// ErrUnavailable is wrapped by errors of Compute that say that line sets
// cannot be had here at all: no git, not a repository. A build goes on
// without tracking points. Any other error is a wrong wish of the user (an
// unknown ref, a patch that does not apply) and stops a build.
var ErrUnavailable = git.ErrUnavailable

// ErrIncomplete is wrapped by those errors of Compute that say of a base which
// is there that it could not be compared with. A build goes on, and says so.
var ErrIncomplete = errors.New("the base could not be compared with")

// incomplete makes an error one of those.
type incomplete struct{ error }

func (incomplete) Is(target error) bool { return target == ErrIncomplete }

func (e incomplete) Unwrap() error { return e.error }
