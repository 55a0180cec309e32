package session

import (
	"log/slog"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
)

// Input describes the build whose session is wanted.
type Input struct {
	Dir       string // where the go command runs, absolute
	Flags     config.Flags
	Getenv    func(string) string
	GoCommand string        // the go command that finds the modules
	Tool      string        // identifies the program and what it inserts; part of the salt
	Fetch     modules.Fetch // what may be downloaded to compare required modules
	Log       *slog.Logger
	// Progress is called with what takes long, see diffsrc.Options; nil for
	// none.
	Progress func(what string, done, total int)
	// Args are the arguments of the go command that this process will run, with
	// "go" and the subcommand; nil for the go command that started this
	// process.
	Args []string
	// RunByGo says that a go command started this process, so the environment
	// holds all of its settings.
	RunByGo bool
	InForce *modules.InForce // what the go command has already said, or nil
	Digests bool             // computes LineSet.Digests, for an index
	// Bare says that the user's go command runs goat by -toolexec or GOFLAGS.
	// These settings may be meant for other builds too.
	Bare bool
	// Verify is set for the first tool of a go command. If the system can reuse
	// process IDs at once, a record with the same ID may belong to an earlier
	// go command. So the first tool does not trust records and computes the
	// session.
	Verify bool
	// Salted says that the go command has its salt already, so it will cache
	// what is compiled now as packages with points. If a killed git or a full
	// disk costs the lines then, that is an error for which Passing is true.
	Salted bool
}
