package session

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/config"
)

// options is what is to be compared.
func options(in Input, cfg *config.Config, b build) diffsrc.Options {
	return diffsrc.Options{
		Dir: in.Dir, Root: b.root, Modules: b.modules,
		Base: cfg.Base, Mode: diffsrc.BaseMode(cfg.BaseMode), Precision: cfg.Precision,
		Patchfile: cfg.Patchfile, Index: cfg.Index, Digests: in.Digests, Threads: cfg.Threads,
		Ignore: cfg.Ignored, Generated: cfg.Generated, Getenv: in.Getenv, Log: in.Log, Progress: in.Progress,
	}
}

func noModule(dir string) error {
	return fmt.Errorf("finding the main module of %s: there is no go.mod in it or above, or GO111MODULE is off (%w): run the command in the directory of a module",
		dir, diffsrc.ErrUnavailable)
}

// FindBase returns what a build here would be compared with, without comparing.
// stale says that an index does not fit the work tree; "" where it does.
func FindBase(ctx context.Context, in Input) (base diffsrc.Base, stale string, err error) {
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return diffsrc.Base{}, "", err
	}
	if in.InForce == nil {
		if env, err := InForce(ctx, in.Dir); err == nil { // else findModules says what is wrong
			in.InForce = &env
		}
	}
	b, err := findModules(ctx, in, cfg)
	if err == nil && len(b.modules) == 0 {
		err = noModule(in.Dir)
	}
	if err != nil {
		return diffsrc.Base{}, "", err
	}
	base, files, err := diffsrc.FindBase(ctx, options(in, cfg, b))
	if len(files) > 0 {
		stale = diffsrc.SayStale(cfg.Index, files)
	}
	return base, stale, err
}
