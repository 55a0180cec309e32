package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// Input says whose session is wanted.
type Input struct {
	Dir       string // where the go command runs, absolute
	Flags     config.Flags
	Getenv    func(string) string
	GoCommand string        // the go command to ask for modules
	Tool      string        // identifies the program and what it inserts; part of the salt
	Fetch     modules.Fetch // what may be downloaded to compare required modules
	Log       *slog.Logger
	// Progress is diffsrc's: what the user is told while it takes long; nil for none.
	Progress func(what string, done, total int)
	// Args is the go command that this process will run, "go" and the subcommand
	// included; nil for the one above it.
	Args []string
	// Settled says that the process's environment is that of a tool which a go
	// command runs.
	Settled bool
	InForce *modules.InForce // what the go command has said already, or nil
	Digests bool             // the lines are for an index: with LineSet.Digests
	// Bare says that it is the user's go command that runs goat, by -toolexec or
	// GOFLAGS, which may be meant for other builds too.
	Bare bool
	// Verify trusts no record where process IDs come again: it may be an earlier
	// go command's. The first tool of a go command sets it.
	Verify bool
}

// Session is immutable and safe for concurrent use.
type Session struct {
	ID      string // salt: 16 hex digits
	Config  config.Config
	Source  string // as LineSet.Source; "" without line sets
	Bases   []diffsrc.Base
	All     bool
	Modules []modules.Module // the main or workspace modules; nested ones too where wanted
	// Dependencies are the required modules that count (setting modules).
	Dependencies []modules.Dependency
	// DependenciesReason says why none could be looked at; "" when they could.
	DependenciesReason string
	// Uncompared are the repositories that could not be compared; their files have
	// no points.
	Uncompared []diffsrc.Uncompared
	// Warnings are the line set's.
	Warnings []string `json:",omitempty"`
	Stale    []string `json:",omitempty"` // as LineSet.Stale: files that the index says nothing of
	// Reason says why there are no line sets; "" when there are.
	Reason string
	// Incomplete says that there is a base, which could not be compared with, or that
	// one was asked for: users expect points then, and are told Reason when a binary
	// is linked.
	Incomplete bool   `json:",omitempty"`
	Tool       string // as Input.Tool

	dirs  []Dir
	lines func(module, dir string) (diffsrc.ModuleLines, error)
}

// ErrOtherBytes says that a file is not the one that its lines were computed
// from: it changed while the build ran, or an index is of another version.
var ErrOtherBytes = errors.New("the file's bytes are not those that its lines were computed from")

// ErrNotKept says that a session could not be written to goat's cache.
var ErrNotKept = errors.New("the session could not be kept")

// formatVersion changes with the files on disk and with the meaning of the
// salt.
const formatVersion = "1"

// Open returns the session of the go command above this process. An error is
// the user's to mend, or, with GOAT_STRICT=1, anything that goat cannot do.
func Open(ctx context.Context, in Input) (*Session, error) {
	return openStore(in.Getenv, in.Log).open(ctx, in, gocmd.Find())
}

func (st store) open(ctx context.Context, in Input, command gocmd.Process) (*Session, error) {
	key := recordKey(in, command)
	trusted := command.Unique() || !in.Verify
	if s, ok := st.load(key); ok && trusted {
		return s.mending(ctx, in), nil
	}
	unlock := st.lock(key)
	defer unlock()
	if s, ok := st.load(key); ok && trusted {
		return s.mending(ctx, in), nil
	}
	s, name, err := st.find(ctx, in)
	if errors.Is(err, ErrNotKept) {
		in.Log.Warn("keeping the session", "err", err) // the next tool computes again
		return s, nil
	}
	if err == nil {
		st.record(key, name)
	}
	return s, err
}

// find returns the session of an earlier build by its memo, or computes it and
// keeps it under a name. A session that could not be kept comes with an error
// that is ErrNotKept.
func (st store) find(ctx context.Context, in Input) (*Session, string, error) {
	removeLeftovers(os.TempDir())
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return nil, "", err
	}
	b, err := findModules(ctx, in, cfg)
	memo := ""
	if err == nil {
		memo = memoName(in, cfg, b)
	}
	if s, name, ok := st.recall(ctx, memo, in.Getenv); ok {
		in.Log.Info("session", "id", s.ID, "computed", false)
		return s, name, nil
	}
	w := new(diffsrc.Witness)
	s, set, err := compute(ctx, in, cfg, b, err, st.scratchDir(), w)
	if err != nil {
		return nil, "", err
	}
	in.Log.Info("session", "id", s.ID, "computed", true)
	name, err := st.writeSession(s, set)
	if err != nil {
		return s, "", fmt.Errorf("%w in %s: %w; set GOAT_CACHE to a directory that can be written", ErrNotKept, st.cache.Path(), err)
	}
	if s.Reason == "" && len(s.Uncompared) == 0 { // what is missing may be there the next time
		st.remember(memo, name, w)
	}
	return s, name, nil
}

// Compute returns a session without looking for, or leaving, a record. Where no
// go command runs, the settings are those that one would have, also those of go
// env -w.
func Compute(ctx context.Context, in Input) (*Session, *diffsrc.LineSet, error) {
	removeLeftovers(os.TempDir())
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return nil, nil, err
	}
	if !in.Settled && in.InForce == nil {
		if env, err := InForce(ctx, in.Dir); err == nil { // else findModules says what is wrong
			in.InForce = &env
		}
	}
	b, err := findModules(ctx, in, cfg)
	return compute(ctx, in, cfg, b, err, openStore(in.Getenv, in.Log).scratchDir(), nil)
}

// build is what is built.
type build struct {
	modules []modules.Module
	root    string // diffsrc.Options.Root
}

// findModules returns the modules whose code may be instrumented, and checks
// that what is asked for is what is built.
func findModules(ctx context.Context, in Input, cfg *config.Config) (b build, err error) {
	q := modules.Query{Dir: in.Dir, Env: os.Environ(), Go: in.GoCommand, Settled: in.Settled, InForce: in.InForce}
	q.Modfile = modfileFlag(in)
	b.modules, b.root, err = q.FindRoot(ctx)
	if err == nil {
		err = checkNewBranch(ctx, in.Dir, cfg.NewBranch)
	}
	if !cfg.SkipNestedModules {
		b.modules = append(b.modules, modules.Nested(b.modules)...)
	}
	return b, err
}

// compute finds the line sets. err is that of findModules.
func compute(ctx context.Context, in Input, cfg *config.Config, b build, err error, scratchDir string, w *diffsrc.Witness) (*Session, *diffsrc.LineSet, error) {
	var required *modules.Requirements
	if err == nil {
		required, err = requirements(ctx, in, cfg)
	}
	var set *diffsrc.LineSet
	if err == nil && len(b.modules) > 0 {
		o := options(in, cfg, b)
		o.CacheDir, o.Requirements, o.Witness = scratchDir, required, w
		o.Versions = cache.Open(in.Getenv).Folder(cache.Modules)
		set, err = lineSet(ctx, o)
	} else if err == nil {
		err = noModule(in.Dir)
	}
	if err == nil && cfg.Strict {
		err = checkComplete(set, cfg.Index)
	}
	s := &Session{Config: *cfg, Modules: b.modules, Tool: in.Tool}
	switch {
	case err == nil:
		s.Source, s.Bases, s.All = set.Source, set.Bases, set.All
		s.Dependencies, s.DependenciesReason, s.Uncompared = set.Dependencies, set.DependenciesReason, set.Uncompared
		s.Warnings, s.Stale = set.Warnings, set.Stale
	case !errors.Is(err, diffsrc.ErrUnavailable) && !errors.Is(err, modules.ErrUnread) || cfg.Strict || unmet(in, cfg, b, err):
		return nil, nil, err
	default:
		in.Log.Warn("building without tracking points", "reason", err.Error())
		s.Reason, s.Incomplete = err.Error(), errors.Is(err, diffsrc.ErrIncomplete) || cfg.Base != ""
		set = &diffsrc.LineSet{Nested: modules.NestedDirs(b.modules)}
	}
	s.ID = salt(in.Tool, s, set)
	s.dirs = dirsOf(dirFiles(set))
	s.lines = func(module, dir string) (diffsrc.ModuleLines, error) {
		return linesOfDir(set.Modules[module], dir), nil
	}
	return s, set, nil
}

// lineSet is diffsrc.Compute, with a panic, a fault of goat's, for an error
// that a build goes on after.
func lineSet(ctx context.Context, o diffsrc.Options) (set *diffsrc.LineSet, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %w: panic: %v\n%s", diffsrc.ErrUnavailable, errFault, v, debug.Stack())
		}
	}()
	return diffsrc.Compute(ctx, o)
}

// salt digests what decides the compilers' inputs, the files' own bytes
// aside: the go command hashes those itself.
func salt(tool string, s *Session, set *diffsrc.LineSet) string {
	h := sha256.New()
	// What was given up without GOAT_STRICT=1 must be tried again with it.
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%v\x00", formatVersion, tool, s.Config.ID(), s.Config.Strict)
	if s.Reason == "" {
		fmt.Fprintf(h, "lines\x00")
	}
	fmt.Fprintf(h, "%s\x00", set.ID())
	var places []string // the order of a go.work does not matter
	for _, m := range s.Modules {
		places = append(places, m.Path+"\x00"+place(s, m))
	}
	slices.Sort(places)
	fmt.Fprintf(h, "%q", places)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// place is where in the repositories a module stands. With -trimpath the go
// command tells packages apart by import path and bytes, and two modules of one
// path in a repository have each a base of its own. Work trees of a repository
// have the same places.
func place(s *Session, m modules.Module) string {
	top := s.Base().Dir
	dir, err := filepath.EvalSymlinks(m.Dir)
	if top == "" || err != nil {
		return ""
	}
	rel, err := filepath.Rel(top, dir)
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}

// Lines returns the changed files directly in a module-relative directory
// ("." for the module's own).
func (s *Session) Lines(module, dir string) (diffsrc.ModuleLines, error) {
	return s.lines(module, dir)
}

// File returns the effective lines of one file of a module.
func (s *Session) File(module, rel string) (diffsrc.FileLines, bool, error) {
	lines, err := s.Lines(module, path.Dir(rel))
	if err != nil {
		return diffsrc.FileLines{}, false, err
	}
	f, ok := lines[rel]
	return f, ok, nil
}

// Base returns the base of the first repository; the zero Base if there is
// none.
func (s *Session) Base() diffsrc.Base {
	if len(s.Bases) == 0 {
		if s.All {
			return diffsrc.Base{Ref: "INIT"}
		}
		return diffsrc.Base{}
	}
	return s.Bases[0]
}

func linesOfDir(all diffsrc.ModuleLines, dir string) diffsrc.ModuleLines {
	found := make(diffsrc.ModuleLines)
	for rel, lines := range all {
		if path.Dir(rel) == dir {
			found[rel] = lines
		}
	}
	return found
}
