package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// build is what the go command builds.
type build struct {
	modules []modules.Module
	root    string // diffsrc.Options.Root
	err     error  // why the modules could not be found, or are not what the user asked for
}

// findModules returns the modules whose code may be instrumented, and checks
// that newBranch, if it is set, is what is being built.
func findModules(ctx context.Context, in Input, cfg *config.Config) build {
	var b build
	q := query(in)
	q.Modfile = modfileFlag(in)
	b.modules, b.root, b.err = q.FindRoot(ctx)
	if b.err == nil {
		b.err = checkNewBranch(ctx, in.Dir, cfg.NewBranch)
	}
	if b.err == nil && len(b.modules) == 0 {
		b.err = noModule(in.Dir)
	}
	if !cfg.SkipNestedModules {
		b.modules = append(b.modules, modules.Nested(b.modules)...)
	}
	return b
}

func query(in Input) modules.Query {
	return modules.Query{Dir: in.Dir, Env: os.Environ(), Go: in.GoCommand, RunByGo: in.RunByGo, InForce: in.InForce}
}

func noModule(dir string) error {
	return fmt.Errorf("finding the main module of %s: there is no go.mod in it or above, or GO111MODULE is off (%w): run the command in the directory of a module",
		dir, diffsrc.ErrUnavailable)
}

// options returns the options for the comparison.
func (b build) options(in Input, cfg *config.Config) diffsrc.Options {
	return diffsrc.Options{
		Dir: in.Dir, Root: b.root, Modules: b.modules,
		Base: cfg.Base, Mode: diffsrc.BaseMode(cfg.BaseMode), Precision: cfg.Precision,
		Patchfile: cfg.Patchfile, Index: cfg.Index, Threads: cfg.Threads,
		Ignore: cfg.Ignored, Generated: cfg.Generated, Getenv: in.Getenv, Log: in.Log, Progress: in.Progress, Digests: in.Digests,
	}
}

// requirements returns the required modules that count in this build and where
// they are named, or nil.
func requirements(ctx context.Context, in Input, cfg *config.Config) (*modules.Requirements, error) {
	if cfg.Modules == config.ModulesOff {
		return nil, nil
	}
	flags, err := buildFlags(ctx, in)
	if err != nil {
		return nil, err
	}
	q := query(in)
	q.Mod, _ = flags.Lookup("mod")
	q.Modfile, _ = flags.Lookup("modfile")
	r, err := q.FindRequirements(ctx)
	if err != nil || r == nil {
		return nil, err
	}
	r.New, r.Fetch = cfg.Modules == config.ModulesAll, in.Fetch
	return r, nil
}

// buildFlags returns the flags of GOFLAGS and then those of the go command's
// command line. A process that no go command started only has those of GOFLAGS.
func buildFlags(ctx context.Context, in Input) (gocmd.Flags, error) {
	goflags, err := goFlags(ctx, in)
	if err != nil {
		return gocmd.Flags{}, err
	}
	return gocmd.Parse(goCommandLine(in), goflags)
}

// modfileFlag returns the build's -modfile, or "". It looks at the command line
// and at GOFLAGS in the environment. It misses a -modfile that was set by go
// env -w only, because asking the go command would take longer than everything
// else.
func modfileFlag(in Input) string {
	goflags := os.Getenv("GOFLAGS")
	if in.InForce != nil {
		goflags = in.InForce.GOFLAGS
	}
	flags, err := gocmd.Parse(goCommandLine(in), goflags)
	if err != nil {
		return "" // the go command reports wrong flags itself
	}
	file, _ := flags.Lookup("modfile")
	return file
}

// goCommandLine returns the go command's arguments, or nil without a go
// command.
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

// goFlags returns GOFLAGS. The go command passes it to its tools in the
// environment.
func goFlags(ctx context.Context, in Input) (string, error) {
	if in.RunByGo {
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
