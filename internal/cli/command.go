package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/goat-trace/goat/internal/terminal"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // goat could not do what it was asked for
	exitUsage = 2 // the command line is wrong
)

// program is what every subcommand needs.
type program struct {
	stdin  io.Reader
	stdout *terminal.Output
	stderr io.Writer
	getenv func(string) string
}

// command is a subcommand. setup defines its flags and returns what runs it.
type command struct {
	name  string
	args  string // what follows the flags in its usage
	short string // one line, as a verb phrase
	long  string // the rest of its help
	setup func(*program, *flag.FlagSet) func(args []string) error
	// drive runs a command of the go command, in place of the function that setup
	// returns. It reads its own flags.
	drive func(p *program, args []string) (int, error)
}

// usageError says that the command line is wrong.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func noArguments(args []string) error {
	if len(args) > 0 {
		return usagef("it takes no arguments, got %q; leave them out", args)
	}
	return nil
}

// exitCode is an error that ends a command with a code of its own.
type exitCode struct {
	code int
	err  error // nil if everything has been printed
}

func (e *exitCode) Error() string {
	if e.err == nil {
		return "it has been said"
	}
	return e.err.Error()
}

// warn names the settings that goat does not read.
func (p *program) warn(sentences []string) {
	for _, s := range sentences {
		fmt.Fprintf(p.stderr, "goat: %s\n", terminal.Text(s))
	}
}

// fail prints what went wrong and returns the exit code for it.
func (p *program) fail(c command, err error) int {
	own := new(exitCode)
	if errors.As(err, &own) && own.err == nil {
		return own.code
	}
	fmt.Fprintf(p.stderr, "goat %s: %s\n", c.name, terminal.Text(err.Error()))
	if own.code != 0 {
		return own.code
	}
	if errors.As(err, &usageError{}) {
		fmt.Fprintf(p.stderr, "run \"goat help %s\" for its usage\n", c.name)
		return exitUsage
	}
	return exitError
}
