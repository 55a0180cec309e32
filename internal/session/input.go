package session

import (
	"log/slog"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
)

// Input says whose session is wanted.
type Input struct {
	Dir       string // where the go command runs, absolute
	Flags     config.Flags
	Getenv    func(string) string
	GoCommand string        // the go command to ask for modules
	Tool      string        // identifies the program and what it inserts; part of the salt
	Fetch     modules.Fetch // what may be downloaded to compare required modules
	Log       *slog.Logger
	// Progress is diffsrc's: it tells the user what takes long; nil for none.
	Progress func(what string, done, total int)
	// Args is the go command that this process will run, "go" and the subcommand
	// included; nil for the go command that started this process.
	Args []string
	// RunByGo says that a go command runs this process: the environment holds
	// all of its settings.
	RunByGo bool
	InForce *modules.InForce // what the go command has said already, or nil
	Digests bool             // the lines are for an index: with LineSet.Digests
	// Bare says that the user's go command runs goat, by -toolexec or GOFLAGS. The
	// settings may then be meant for other builds too.
	Bare bool
	// Verify is set by the first tool of a go command. On a system that reuses
	// process IDs at once, a record under the same ID may be an earlier go
	// command's: this tool then computes the session anew.
	Verify bool
	// Salted says that the go command has its salt already, so that what is compiled
	// now goes into its cache as a package with points. Lines that a killed git or a
	// full disk costs are an error then, for which Passing is true.
	Salted bool
}
