package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// requirements says which required modules count in this build and where they
// are named; nil for none.
func requirements(ctx context.Context, in Input, cfg *config.Config) (*modules.Requirements, error) {
	if cfg.Modules == config.ModulesOff {
		return nil, nil
	}
	flags, err := buildFlags(ctx, in)
	if err != nil {
		return nil, err
	}
	q := modules.Query{Dir: in.Dir, Env: os.Environ(), Go: in.GoCommand, Settled: in.Settled, InForce: in.InForce}
	q.Mod, _ = flags.Lookup("mod")
	q.Modfile, _ = flags.Lookup("modfile")
	r, err := q.FindRequirements(ctx)
	if err != nil || r == nil {
		return nil, err
	}
	r.New, r.Fetch = cfg.Modules == config.ModulesAll, in.Fetch
	return r, nil
}

// buildFlags returns the flags of the go command, after those of GOFLAGS.
// Without a go command above, GOFLAGS alone count.
func buildFlags(ctx context.Context, in Input) (gocmd.Flags, error) {
	goflags, err := goFlags(ctx, in)
	if err != nil {
		return gocmd.Flags{}, err
	}
	return gocmd.Parse(goCommandLine(in), goflags)
}

// modfileFlag returns the build's -modfile, "" for none. It stands on the command
// line, or in GOFLAGS; for a setting of go env -w alone nobody is asked, which
// would take longer than all the rest.
func modfileFlag(in Input) string {
	goflags := os.Getenv("GOFLAGS")
	if in.InForce != nil {
		goflags = in.InForce.GOFLAGS
	}
	flags, err := gocmd.Parse(goCommandLine(in), goflags)
	if err != nil {
		return "" // the go command does not take it either
	}
	file, _ := flags.Lookup("modfile")
	return file
}

// goCommandLine returns the go command's arguments, nil without a go command.
func goCommandLine(in Input) []string {
	args := in.Args
	if args == nil {
		args = gocmd.Find().Args
	}
	if len(args) == 0 || strings.TrimSuffix(filepath.Base(args[0]), ".exe") != "go" {
		return nil
	}
	return args
}

// goFlags returns GOFLAGS. A tool that the go command runs has it in its
// environment.
func goFlags(ctx context.Context, in Input) (string, error) {
	if in.Settled {
		return os.Getenv("GOFLAGS"), nil
	}
	if in.InForce != nil {
		return in.InForce.GOFLAGS, nil
	}
	env, err := modules.Query{Dir: in.Dir, Go: in.GoCommand}.GoEnv(ctx, "GOFLAGS")
	if err != nil {
		return "", fmt.Errorf("asking %s for GOFLAGS: %w", in.GoCommand, err)
	}
	return env["GOFLAGS"], nil
}

// checkComplete makes a repository, a required module, or a file that is not the
// index's, without lines an error, for GOAT_STRICT=1.
func checkComplete(set *diffsrc.LineSet, index string) error {
	errs := incomplete(set.Uncompared)
	if len(set.Stale) > 0 {
		errs = append(errs, errors.New(diffsrc.SayStale(index, set.Stale)))
	}
	if set.DependenciesReason != "" {
		errs = append(errs, errors.New(set.DependenciesReason))
	}
	for _, d := range set.Dependencies {
		if d.Reason != "" {
			errs = append(errs, fmt.Errorf("finding what changed in module %s: %s", d.Path, d.Reason))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w; or unset GOAT_STRICT to build without these tracking points", errors.Join(errs...))
}

func incomplete(list []diffsrc.Uncompared) []error {
	var errs []error
	for _, u := range list {
		errs = append(errs, fmt.Errorf("finding what changed in %s: %s", u.Dir, u.Reason))
	}
	return errs
}

// CheckSubmodules returns an error for a submodule whose commit in the base is
// missing: a preview must not leave its points out as if nothing had changed.
func (s *Session) CheckSubmodules() error {
	missing := slices.DeleteFunc(slices.Clone(s.Uncompared), func(u diffsrc.Uncompared) bool { return !u.Submodule })
	return errors.Join(incomplete(missing)...)
}

// CheckIndex returns an error for an index that says nothing of files of the work
// tree: a preview must not leave their points out either.
func (s *Session) CheckIndex() error {
	if len(s.Stale) == 0 {
		return nil
	}
	return errors.New(diffsrc.SayStale(s.Config.Index, s.Stale))
}

// Instrumented returns the modules whose code counts: the build's own, and the
// required ones that were found.
func (s *Session) Instrumented() []modules.Module {
	all := slices.Clone(s.Modules)
	for _, d := range s.Dependencies {
		if d.Dir != "" && d.Reason == "" {
			all = append(all, modules.Module{Path: d.Path, Dir: d.Dir, Version: d.Version})
		}
	}
	return all
}

// version returns a required module's version, "" for the build's own.
func (s *Session) version(module string) string {
	for _, d := range s.Dependencies {
		if d.Path == module {
			return d.Version
		}
	}
	return ""
}

// dependency returns the required module that a package belongs to. Its
// directory need not hold a go.mod, and never holds another module's package.
func (s *Session) dependency(importPath, dir string) (m modules.Module, rel string, ok bool) {
	for _, d := range s.Dependencies {
		if d.Dir == "" || d.Reason != "" || len(d.Path) < len(m.Path) {
			continue
		}
		inside := dir == d.Dir || strings.HasPrefix(dir, d.Dir+string(filepath.Separator))
		if !inside {
			continue
		}
		within, err := filepath.Rel(d.Dir, dir)
		if within = filepath.ToSlash(within); err == nil && belongs(importPath, d.Path, within) {
			m, rel, ok = modules.Module{Path: d.Path, Dir: d.Dir, Version: d.Version}, within, true
		}
	}
	return m, rel, ok
}

// ignored reports whether goat.yaml leaves a file out. A file of a required
// module is named with the module's path in front.
func (s *Session) ignored(module, rel string) bool {
	for _, d := range s.Dependencies {
		if d.Path == module {
			return s.Config.Ignored(path.Join(module, rel))
		}
	}
	return s.Config.Ignored(rel)
}
