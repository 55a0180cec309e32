package session

import (
	"errors"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
)

// errFault says that goat itself is at fault.
var errFault = errors.New("a fault of goat's")

// unmet reports whether err keeps users from what they asked for by name: a
// base, an index or a patch file, by a flag, a variable or goat.yaml. It is no
// such thing where goat itself is at fault, where it cannot read a go.mod, which the
// go command may see another way (-overlay), and in one more case: GOFLAGS and
// GOAT_BASE may be set for all commands of a CI job, and a bare build of a module
// in no repository, such as a tool's, must not fail for that.
func unmet(in Input, cfg *config.Config, b build, err error) bool {
	origin := cfg.Source()
	if origin == "" || errors.Is(err, errFault) || errors.Is(err, modules.ErrUnread) {
		return false
	}
	return !(in.Bare && origin == "GOAT_BASE" && outside(in, b))
}

// outside reports whether what is built is in no repository.
func outside(in Input, b build) bool {
	dirs := []string{in.Dir}
	if len(b.modules) > 0 {
		dirs = nil
	}
	for _, m := range b.modules {
		dirs = append(dirs, m.Dir)
	}
	for _, dir := range dirs {
		if diffsrc.InRepository(dir) {
			return false
		}
	}
	return true
}
