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

// errFault says that goat itself has a bug.
var errFault = errors.New("a fault of goat's")

// unmet reports whether err keeps users from what they asked for explicitly: a base,
// an index or a patch file, by a flag, a variable or goat.yaml. These errors do not
// count: comparing with an existing base failed; goat has a bug; goat cannot read a
// go.mod, which the go command may see differently (-overlay). In addition, a bare
// build of a module in no repository may go on, because GOFLAGS and GOAT_BASE may be
// set for all commands of a CI job, including builds of tools.
func unmet(in Input, cfg *config.Config, built []modules.Module, err error) bool {
	origin := cfg.Source()
	if origin == "" || errors.Is(err, diffsrc.ErrIncomplete) || errors.Is(err, errFault) || errors.Is(err, modules.ErrUnread) {
		return false
	}
	return !(in.Bare && origin == "GOAT_BASE" && outside(in.Dir, built))
}

// outside reports whether all modules, or dir if there are none, are in no
// repository.
func outside(dir string, built []modules.Module) bool {
	if len(built) == 0 {
		return !diffsrc.InRepository(dir)
	}
	return !slices.ContainsFunc(built, func(m modules.Module) bool { return diffsrc.InRepository(m.Dir) })
}

// checkNewBranch refuses a newBranch other than what is being built, because
// the new side is always the work tree. Outside git it accepts anything.
func checkNewBranch(ctx context.Context, dir, branch string) error {
	if branch == "" || branch == "HEAD" || branch == "." || diffsrc.CheckedOut(ctx, dir, branch) {
		return nil
	}
	return fmt.Errorf("newBranch %q is not what is checked out: the build is of the work tree; check %s out, or set newBranch: HEAD in goat.yaml", branch, branch)
}

// checkComplete returns an error if a repository, a required module or a file
// that does not fit the index has no lines, for GOAT_STRICT=1.
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

// CheckSubmodules returns an error if a submodule's commit in the base is
// missing. A preview must not leave out its points as if nothing had changed.
func (s *Session) CheckSubmodules() error {
	missing := slices.DeleteFunc(slices.Clone(s.Uncompared), func(u diffsrc.Uncompared) bool { return !u.Submodule })
	return errors.Join(incomplete(missing)...)
}

// CheckIndex returns an error if the index does not cover files of the work
// tree. A preview must not leave out their points either.
func (s *Session) CheckIndex() error {
	if len(s.Stale) == 0 {
		return nil
	}
	return errors.New(diffsrc.SayStale(s.Config.Index, s.Stale))
}
