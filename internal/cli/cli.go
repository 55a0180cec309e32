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
	"github.com/goat-trace/goat/toolexec"
)

// Main runs one subcommand and returns its exit code. It is an error if output
// cannot be written; if the reader of a pipe has gone, it prints nothing about it.
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

// commands returns the subcommands in the order of the overview.
func commands() []command {
	return append(drivenCommands(),
		cleanCommand(),
		completionCommand((*program).describe),
		configCommand(),
		diffCommand(),
		doctorCommand(),
		explainCommand(),
		gateCommand(),
		indexCommand(),
		initCommand(),
		pointsCommand(),
		reportCommand(),
		traceCommand(),
		trackCommand(),
		versionCommand(),
		vetCommand(),
	)
}

// run parses the flags of a subcommand and runs it.
func (p *program) run(c command, args []string) int {
	if c.drive != nil {
		return p.runDriven(c, args)
	}
	p.warn(config.UnknownVariables(os.Environ()))
	config.MakeAbsolute(os.Getwd)
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
		return exitError // Main prints the reason
	}
	return p.fail(c, err)
}

func (p *program) prepare(c command) (*flag.FlagSet, func([]string) error) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are printed once, by run
	return fs, c.setup(p, fs)
}

// help prints the overview or the help of one subcommand.
func (p *program) help(args []string) int {
	if len(args) > 0 && strings.TrimLeft(args[0], "-") == "man" && args[0] != "man" {
		return p.man(args[1:])
	}
	if len(args) == 1 && args[0] == "-markdown" {
		fmt.Fprint(p.stdout, reference(p.describe()))
		return exitOK
	}
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

// man prints a man page of section 1: of a command, or of the overview if there is
// no name.
func (p *program) man(args []string) int {
	list := p.describe()
	if len(args) == 0 {
		fmt.Fprint(p.stdout, manOverview(list))
		return exitOK
	}
	name := args[0]
	for _, c := range list {
		if c.name == name {
			fmt.Fprint(p.stdout, c.man())
			return exitOK
		}
	}
	fmt.Fprintf(p.stderr, "goat: %s\n", unknown(name))
	return exitUsage
}

// describe returns all commands with their flags. Help texts, completion and man
// pages are all made from it.
func (p *program) describe() []described {
	var list []described
	for _, c := range commands() {
		fs, _ := p.prepare(c)
		d := described{command: c, help: c.help(fs)}
		fs.VisitAll(func(f *flag.Flag) {
			d.flags = append(d.flags, describeFlag(f))
		})
		list = append(list, d)
	}
	return list
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
		fmt.Fprintf(&b, "  %-10s  %s\n", c.name, c.short)
	}
	b.WriteString(`
"goat help <command>" says more about one of them, "goat help -man [<command>]" prints it as a man page.

Where the command line is not yours: go build -toolexec=goat-exec ./..., or in GOFLAGS.

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

// unknown suggests what to do if a command does not exist.
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

// retired says what to do instead of a command that only the source-patching tool
// of this name has, "" for others.
func retired(name string) string {
	switch name {
	case "patch", "fix":
		return "the code is instrumented while it is compiled; run \"goat build\"; \"goat diff -markers | git apply\" writes it into the source"
	}
	return ""
}

// toolexec is goat-exec under another name. The driver uses it if there is no
// goat-exec of this version in goat's directory.
func (p *program) toolexec(args []string) int {
	return toolexec.Program{
		Self:  []string{driver.ToolexecCommand},
		Stdin: p.stdin, Stdout: p.stdout.Unwrap(), Stderr: p.stderr, Getenv: p.getenv,
	}.Main(args)
}

// runDriven runs a command of the go command with goat.
func (p *program) runDriven(c command, args []string) int {
	if len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		return p.help([]string{c.name})
	}
	code, err := c.drive(p, args)
	if err == nil {
		return code
	}
	if errors.As(err, &driver.UsageError{}) {
		err = usageError{err}
	}
	return p.fail(c, err)
}
