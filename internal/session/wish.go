package session

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
)

// errFault says that goat itself is at fault.
var errFault = errors.New("a fault of goat's")

// unmet reports whether err keeps users from what they asked for by name: a
// base, an index or a patch file, by a flag, a variable or goat.yaml. It is no
// such thing where the base is there and could not be compared with, where goat
// itself is at fault, and where goat cannot read a go.mod, which the go command
// may see another way (-overlay). One more case is let through: GOFLAGS and
// GOAT_BASE may be set for all commands of a CI job, and a bare build of a module
// in no repository, such as a tool's, must not fail for that.
func unmet(in Input, cfg *config.Config, built []modules.Module, err error) bool {
	origin := cfg.Source()
	if origin == "" || errors.Is(err, diffsrc.ErrIncomplete) || errors.Is(err, errFault) || errors.Is(err, modules.ErrUnread) {
		return false
	}
	return !(in.Bare && origin == "GOAT_BASE" && outside(in.Dir, built))
}

// outside reports whether the modules, or without any the directory, are in no
// repository.
func outside(dir string, built []modules.Module) bool {
	if len(built) == 0 {
		return !diffsrc.InRepository(dir)
	}
	return !slices.ContainsFunc(built, func(m modules.Module) bool { return diffsrc.InRepository(m.Dir) })
}

// checkNewBranch refuses a newBranch that is not what is built: the new side is
// always the work tree. Outside git there is nothing to compare.
func checkNewBranch(ctx context.Context, dir, branch string) error {
	if branch == "" || branch == "HEAD" || branch == "." || diffsrc.CheckedOut(ctx, dir, branch) {
		return nil
	}
	return fmt.Errorf("newBranch %q is not what is checked out: the build is of the work tree; check %s out, or set newBranch: HEAD in goat.yaml", branch, branch)
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
