package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/driver"
	"github.com/goat-trace/goat/internal/terminal"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // what was asked for could not be done
	exitUsage = 2 // the command line is wrong
)

// Main runs one subcommand and returns its exit code. Output that could not be
// written is an error; where the reader of a pipe has gone away, a silent one.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	p := &program{stdin: stdin, stdout: terminal.NewOutput(stdout), stderr: stderr, getenv: getenv}
	if len(args) > 0 && args[0] == driver.ToolexecCommand {
		return p.toolexec(args[1:])
	}
	return p.stdout.Code(p.main(args), "goat", stderr)
}

func (p *program) main(args []string) int {
	if len(args) == 0 {
		fmt.Fprint(p.stderr, overview())
		return exitUsage
	}
	name, args := args[0], args[1:]
	switch strings.TrimLeft(name, "-") {
	case "help", "h":
		return p.help(args)
	case "version", "V":
		name = "version"
	}
	c, ok := find(name)
	if !ok {
		fmt.Fprintf(p.stderr, "goat: %s\n", unknown(name))
		return exitUsage
	}
	return p.run(c, args)
}

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
	// drive runs a command of the go command's in place of setup's function; it
	// reads its own flags.
	drive func(p *program, args []string) (int, error)
}

// commands returns the subcommands in the order of the overview.
func commands() []command {
	return append(drivenCommands(), configCommand(), doctorCommand(), indexCommand(), pointsCommand(), trackCommand(), versionCommand())
}

// usageError is a wrong command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitCode is an error that ends a command with a code of its own.
type exitCode struct {
	code int
	err  error // nil where all has been said
}

func (e *exitCode) Error() string {
	if e.err == nil {
		return "it has been said"
	}
	return e.err.Error()
}

// run parses the flags of a subcommand and runs it.
func (p *program) run(c command, args []string) int {
	if c.drive != nil {
		return p.runDriven(c, args)
	}
	p.warn(config.UnknownVariables(os.Environ()))
	config.SettlePlaces(os.Getwd)
	fs, do := p.prepare(c)
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(p.stdout, c.help(fs))
		return exitOK
	}
	if err != nil {
		err = usageError{err}
	} else {
		err = do(fs.Args())
	}
	if err == nil {
		return exitOK
	}
	if p.stdout.Err() != nil {
		return exitError // Main says so
	}
	return p.fail(c, err)
}

// warn says what goat does not read.
func (p *program) warn(sentences []string) {
	for _, s := range sentences {
		fmt.Fprintf(p.stderr, "goat: %s\n", terminal.Text(s))
	}
}

// fail says what went wrong and returns the exit code for it.
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

func (p *program) prepare(c command) (*flag.FlagSet, func([]string) error) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed once, by run
	return fs, c.setup(p, fs)
}

// help prints the overview or the help of one subcommand.
func (p *program) help(args []string) int {
	if len(args) == 0 {
		fmt.Fprint(p.stdout, overview())
		return exitOK
	}
	c, ok := find(args[0])
	if !ok {
		fmt.Fprintf(p.stderr, "goat: %s\n", unknown(args[0]))
		return exitUsage
	}
	fs, _ := p.prepare(c)
	fmt.Fprint(p.stdout, c.help(fs))
	return exitOK
}

// help returns the subcommand's own help.
func (c command) help(fs *flag.FlagSet) string {
	var b strings.Builder
	usage := strings.TrimSpace(fmt.Sprintf("goat %s [flags] %s", c.name, c.args))
	fmt.Fprintf(&b, "Usage: %s\n\n%s\n", usage, strings.TrimSpace(c.long))
	b.WriteString("\nFlags:\n\n")
	fs.SetOutput(&b)
	fs.PrintDefaults()
	fs.SetOutput(io.Discard)
	return b.String()
}

func overview() string {
	var b strings.Builder
	b.WriteString("Goat shows which of the changed Go code has run.\n\nUsage: goat <command> [flags] [arguments]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-8s  %s\n", c.name, c.short)
	}
	b.WriteString(`
"goat help <command>" says more about one of them.

Where the command line is not yours: go build -toolexec=goat-exec ./..., or in GOFLAGS.
To preview the tracking points: goat-vet ./...

Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.
`)
	return b.String()
}

func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// unknown says what to do in place of a command that does not exist.
func unknown(name string) string {
	if remedy := retired(name); remedy != "" {
		return fmt.Sprintf("there is no command %q: %s", name, remedy)
	}
	names := []string{"help"}
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if near := config.Nearest(name, names); near != "" {
		return fmt.Sprintf("there is no command %q; did you mean %q?", name, near)
	}
	return fmt.Sprintf("there is no command %q; \"goat help\" lists them", name)
}

// retired says what to do in place of a command of the source-patching tool of
// this name, "" for others. Nothing is written into the source tree any more,
// so those commands have nothing to do.
func retired(name string) string {
	switch name {
	case "init":
		return "goat needs no preparation; write goat.yaml by hand if you want one, docs/configuration.md lists its keys"
	case "patch", "fix":
		return "the code is instrumented while it is compiled; run \"goat build\", or \"go build -toolexec=goat-exec\""
	case "clean":
		return "the source tree is never touched; \"goat-vet ./...\" reports what other tools left in it and \"go fix -fixtool=$(which goat-vet) ./...\" removes it"
	}
	return ""
}
