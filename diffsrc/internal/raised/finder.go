package raised

import (
	"log/slog"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// Finder looks for required modules whose code is not the base's. Make one for
// each comparison. It is not safe for concurrent use.
type Finder struct {
	*modules.Requirements
	Own   []modules.Module // the build's own modules, which are compared anyway
	Bases *Bases           // the bases of the compared repositories
	Log   *slog.Logger

	sums []byte // the base's go.sum files
}

// Module is a required module whose code may not be the base's.
type Module struct {
	modules.Dependency
	From, To Side // where the code is in the base and now; From is not set if there is a Reason

	oldPath  string // the module's path in the base
	inside   string // its directory in that module, if it was a part of it
	old, new code
}

// moduleCache is the module cache of the build.
func (f *Finder) moduleCache() moduleCache { return moduleCache{f.Requirements} }
