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

// Options says what to compare. An optional field's zero value is its default.
type Options struct {
	// Dir is the directory in which the build runs, absolute.
	Dir string
	// Modules are the main module or the workspace's modules. Nested modules (a
	// go.mod further down) only belong to the build if NestedModules is set.
	Modules []modules.Module
	// Root is the directory of the go.work or the main module. If it is "", it
	// is the only module's directory, or Dir if there are several modules.
	// Root's repository must have the base. If Root is in a submodule, the
	// submodule is compared as a repository of its own.
	Root string
	// NestedModules makes modules below a module's directory part of what may
	// be instrumented, under their own module paths.
	NestedModules bool
	// Base is a commit, tag or branch, "HEAD", "INIT" (everything is new), or
	// "" to have one chosen (see docs/configuration.md).
	Base string
	// Mode "" means ModeAuto.
	Mode BaseMode
	// Precision is 1 (like 2, and moved code does not count), 2 (diff with
	// renames) or 3 (diff without renames). 0 means 1.
	Precision int
	// Patchfile names a unified diff from the base to the work tree. It wins
	// over Base and needs no git.
	Patchfile string
	// Index names a file written by WriteIndex. It wins over Base and Patchfile
	// and needs no git.
	Index string
	// Digests asks for LineSet.Digests, which let an index detect later that it
	// belongs to another work tree.
	Digests bool
	// Threads limits the number of concurrent git processes; 0 means
	// GOMAXPROCS.
	Threads int
	// Ignore reports whether a file is left out; nil ignores none. The path is
	// relative to the module, with slashes.
	Ignore func(path string) bool
	// Generated includes files with a line "// Code generated … DO NOT EDIT.".
	Generated bool
	// CacheDir is where temporary files go if the system's temporary directory
	// cannot be written to; "" for nowhere.
	CacheDir string
	// Witness, if not nil, notes what the line set was computed from. It notes
	// nothing about a Patchfile, an Index or INIT.
	Witness *git.Witness
	// Comparisons, if not nil, are those of an earlier run. Compute uses them, and
	// adds its own.
	Comparisons *Comparisons
	// Getenv looks up a CI system's variables that name a pull request's
	// target; nil knows none.
	Getenv func(string) string
	// Requirements asks for the code of required modules too, unless it is nil.
	Requirements *modules.Requirements
	// Versions stores the differences between two versions of a required module
	// for later builds. The zero Folder stores nothing.
	Versions cache.Folder
	// Progress, if not nil, is called with what is being done: done of total
	// pieces. total is 0 if there are no pieces. It must be safe for concurrent
	// use.
	Progress func(what string, done, total int)
	// Log gets what the user may want to know later; nil discards it.
	Log *slog.Logger
}

// Witness notes what a line set was computed from. Later it can tell whether
// all of that is still the same.
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

// withDefaults fills in defaults. It resolves symbolic links in module
// directories, because git prints paths without them.
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

// owner returns the Owner that says which module a file belongs to.
func (o Options) owner() *modules.Owner {
	w := modules.NewOwner(o.Modules)
	w.WithNested, w.Saw = o.NestedModules, o.Witness.Saw
	if o.Ignore != nil {
		w.Ignore = o.Ignore
	}
	return w
}

// TemporaryPrefixes returns the prefixes of the names of all temporary
// directories that this package makes.
func TemporaryPrefixes() []string { return []string{git.ScratchPrefix, raised.TemporaryPrefix} }

// ErrUnavailable is wrapped by errors of Compute that say that there can be no
// line sets here: no git, not a repository. A build goes on without tracking
// points. Any other error is a mistake of the user's (an unknown ref, a patch
// that does not apply) and stops a build.
var ErrUnavailable = git.ErrUnavailable

// ErrIncomplete is wrapped by those errors of Compute that say that the base
// exists, but comparing with it failed. A build goes on, and says so.
var ErrIncomplete = errors.New("the base could not be compared with")

// incomplete wraps an error so that it is ErrIncomplete.
type incomplete struct{ error }

func (incomplete) Is(target error) bool { return target == ErrIncomplete }

func (e incomplete) Unwrap() error { return e.error }
