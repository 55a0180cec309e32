package driver

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"

	"github.com/goat-trace/goat/internal/gocmd"
)

// Input is one command line.
type Input struct {
	Subcommand string
	Args       []string // the arguments after the subcommand
	Stdin      io.Reader
	Stdout     io.Writer
	Stderr     io.Writer
	Getenv     func(string) string
	OpenLog    func() *slog.Logger // called when GOAT_LOG is absolute

	log *slog.Logger
}

// tells reports whether the user wants to see what a build is compared with: on a
// terminal, or with the go command's -v.
func (in Input) tells(l *commandLine) bool {
	if l.subcommand == "list" {
		return false
	}
	if f, ok := in.Stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return true
	}
	flags, err := gocmd.Parse(append([]string{"go", l.subcommand}, l.flags...), l.goflags)
	return err == nil && flags.Bool("v")
}
