package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// ErrNotStored says that a session could not be written to goat's cache.
var ErrNotStored = errors.New("the session could not be stored")

// Open returns the session of the go command that runs this process. An error
// is the user's to fix or, with GOAT_STRICT=1, anything that goat cannot do.
func Open(ctx context.Context, in Input) (*Session, error) {
	return openStore(in.Getenv, in.Log).open(ctx, in, gocmd.Find())
}

func (st store) open(ctx context.Context, in Input, command gocmd.Process) (*Session, error) {
	key := recordKey(in, command)
	trusted := command.Unique() || !in.Verify
	if s, ok := st.load(key); ok && trusted {
		return st.mended(ctx, in, s), nil
	}
	unlock := st.lock(key)
	defer unlock()
	if s, ok := st.load(key); ok && trusted {
		return st.mended(ctx, in, s), nil
	}
	s, name, err := st.find(ctx, in)
	if errors.Is(err, ErrNotStored) {
		in.Log.Warn("storing the session", "err", err) // the next tool computes it again
		return s, nil
	}
	if err == nil {
		st.record(key, name)
	}
	return s, err
}

// Prepare computes a session for a go command that does not run yet, and stores
// it under a name. The tools of that command pass the name to Prepared. If the
// error is ErrNotStored, the session is valid but has no name.
func Prepare(ctx context.Context, in Input) (*Session, string, error) {
	st := openStore(in.Getenv, in.Log)
	s, name, err := st.find(ctx, in)
	if err == nil {
		st.sessions.Use(name)
		st.cache.Expire()
	}
	return s, name, err
}

// Prepared returns the session that Prepare stored under a name. If it is gone,
// it is computed again.
func Prepared(ctx context.Context, in Input, name string) (*Session, error) {
	st := openStore(in.Getenv, in.Log)
	if s, err := st.read(name); err == nil {
		return st.mended(ctx, in, s), nil
	}
	s, _, err := Compute(ctx, in)
	return s, err
}

// mended returns s. Compute finds its lines again if the cache has lost them.
func (st store) mended(ctx context.Context, in Input, s *Session) *Session {
	return s.mended(in.Log, func() (*Session, error) {
		fresh, _, err := Compute(ctx, in)
		return fresh, err
	})
}

// find returns the session of an earlier build by its memo, or computes one and
// stores it under a name. If the error is ErrNotStored, the session is valid.
func (st store) find(ctx context.Context, in Input) (*Session, string, error) {
	removeLeftovers(os.TempDir())
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return nil, "", err
	}
	b := findModules(ctx, in, cfg)
	memo := memoName(in, cfg, b)
	if s, name, ok := st.recall(ctx, memo, in.Getenv); ok {
		in.Log.Info("session", "id", s.ID, "computed", false)
		return s, name, nil
	}
	w, earlier := new(diffsrc.Witness), st.comparisons(memo)
	s, set, err := st.compute(ctx, in, cfg, b, w, earlier)
	if err != nil {
		return nil, "", err
	}
	st.keepComparisons(memo, earlier)
	in.Log.Info("session", "id", s.ID, "computed", true)
	name, err := st.writeSession(s, set)
	if err != nil {
		return s, "", fmt.Errorf("%w in %s: %w; set GOAT_CACHE to a directory that can be written", ErrNotStored, st.cache.Path(), err)
	}
	if s.Reason == "" && len(s.Uncompared) == 0 { // otherwise the next build tries again
		st.remember(memo, name, w)
	}
	return s, name, nil
}

// Compute returns a session and the line set that it is made from. It neither
// looks for a record nor writes one. If no go command runs this process, it
// uses the settings that a go command would have, including those of go env -w.
func Compute(ctx context.Context, in Input) (*Session, *diffsrc.LineSet, error) {
	removeLeftovers(os.TempDir())
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return nil, nil, err
	}
	in = in.withSettings(ctx)
	return openStore(in.Getenv, in.Log).compute(ctx, in, cfg, findModules(ctx, in, cfg), nil, nil)
}

// FindBase returns what a build here would be compared with, without comparing.
// stale says that an index does not fit the work tree, or is "".
func FindBase(ctx context.Context, in Input) (base diffsrc.Base, stale string, err error) {
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return diffsrc.Base{}, "", err
	}
	in = in.withSettings(ctx)
	b := findModules(ctx, in, cfg)
	if b.err != nil {
		return diffsrc.Base{}, "", b.err
	}
	base, files, err := diffsrc.FindBase(ctx, b.options(in, cfg))
	if len(files) > 0 {
		stale = diffsrc.SayStale(cfg.Index, files)
	}
	return base, stale, err
}

// withSettings asks for the go command's settings if they are not set.
func (in Input) withSettings(ctx context.Context) Input {
	if in.RunByGo || in.InForce != nil {
		return in
	}
	if env, err := InForce(ctx, in.Dir); err == nil { // otherwise findModules reports the error
		in.InForce = &env
	}
	return in
}

// compute finds the line sets of a build. If there can be none, and the user
// did not ask for them explicitly, the session has none and says why.
func (st store) compute(ctx context.Context, in Input, cfg *config.Config, b build, w *diffsrc.Witness, earlier *diffsrc.Comparisons) (*Session, *diffsrc.LineSet, error) {
	s := &Session{Config: *cfg, Modules: b.modules, Tool: in.Tool}
	set, err := st.compare(ctx, in, cfg, b, w, earlier)
	switch {
	case err == nil:
		s.Source, s.Bases, s.All = set.Source, set.Bases, set.All
		s.Dependencies, s.DependenciesReason, s.Uncompared = set.Dependencies, set.DependenciesReason, set.Uncompared
		s.Warnings, s.Stale = set.Warnings, set.Stale
	case !errors.Is(err, diffsrc.ErrUnavailable) && !errors.Is(err, modules.ErrUnread) || cfg.Strict || unmet(in, cfg, b.modules, err):
		return nil, nil, err
	case in.Salted && Passing(err):
		return nil, nil, err
	default:
		in.Log.Warn("building without tracking points", "reason", err.Error())
		s.Reason, s.Incomplete = err.Error(), errors.Is(err, diffsrc.ErrIncomplete) || cfg.Base != ""
		set = &diffsrc.LineSet{Nested: modules.NestedDirs(b.modules)}
	}
	s.ID = salt(in.Tool, s, set)
	s.computed(set)
	return s, set, nil
}

// compare finds the changed lines of what is being built.
func (st store) compare(ctx context.Context, in Input, cfg *config.Config, b build, w *diffsrc.Witness, earlier *diffsrc.Comparisons) (*diffsrc.LineSet, error) {
	if b.err != nil {
		return nil, b.err
	}
	required, err := requirements(ctx, in, cfg)
	if err != nil {
		return nil, err
	}
	o := b.options(in, cfg)
	o.CacheDir, o.Requirements, o.Witness, o.Comparisons = st.scratchDir(), required, w, earlier
	o.Versions = st.cache.Folder(cache.Modules)
	set, err := lineSet(ctx, o)
	if err == nil && cfg.Strict {
		err = checkComplete(set, cfg.Index)
	}
	return set, err
}

// lineSet is diffsrc.Compute, but turns a panic, which is a bug in goat, into
// an error, so that it costs the points and not the build.
func lineSet(ctx context.Context, o diffsrc.Options) (set *diffsrc.LineSet, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %w: panic: %v\n%s", diffsrc.ErrUnavailable, errFault, v, debug.Stack())
		}
	}()
	return diffsrc.Compute(ctx, o)
}
