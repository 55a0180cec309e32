package raised

import (
	"log/slog"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// Finder looks for required modules whose code is not the base's. It serves one
// comparison, and is not safe for concurrent use.
type Finder struct {
	*modules.Requirements
	Own   []modules.Module // of the build itself: they are compared anyway
	Bases *Bases           // of the repositories that were compared
	Log   *slog.Logger

	sums []byte // the base's go.sum files
}

// Module is a required module whose code may not be the base's.
type Module struct {
	modules.Dependency
	From, To Side // where its code is in the base and now; From is not set where there is a Reason

	oldPath  string // the module's path in the base
	inside   string // its directory in that module, where it was a part of it
	old, new code
}

// moduleCache is the module cache of the build.
func (f *Finder) moduleCache() moduleCache { return moduleCache{f.Requirements} }
