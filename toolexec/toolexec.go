package toolexec

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

// nestedEnv is the variable that holds the salt of the build around a nested go
// list.
const nestedEnv = "GOAT_NESTED"

// usage is what goat-exec prints when it is not run by the go command.
const usage = `goat-exec instruments the changed code of a Go build.

Usage:

	go build -toolexec=goat-exec ./...
	go build -toolexec="goat-exec -base=v1.4.0 -granularity=scope" ./cmd/app
	go build -toolexec="goat-exec other-wrapper args" ./...

The go command runs goat-exec in front of each tool of a build. Nothing is
printed on success. goat-vet shows the tracking points beforehand, and
"goat track" what has run of a binary.

Flags (each has a variable; docs/configuration.md has the goat.yaml keys, too):

`

// Main runs one tool of a build and returns its exit code: the tool's own, 1
// if the user's wishes cannot be met (unknown ref, bad goat.yaml), 2 for a
// wrong command line.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	return MainAs(nil, args, stdin, stdout, stderr, getenv)
}

// MainAs is Main for a program that has other uses too: self are the words
// that come before args when it is this one.
func MainAs(self, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	out := terminal.NewOutput(stdout)
	return out.Code(mainAs(self, args, stdin, out, stderr, getenv), "goat-exec", stderr)
}

func mainAs(self, args []string, stdin io.Reader, stdout *terminal.Output, stderr io.Writer, getenv func(string) string) int {
	if len(args) == 1 && args[0] == IdentifyFlag {
		fmt.Fprintln(stdout, Identity())
		return 0
	}
	prepared, args := cutPrepared(args)
	flags, rest, err := config.ParseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		printUsage(stdout)
		return 0
	}
	if err == nil && len(rest) == 0 {
		printUsage(stderr)
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "goat-exec: %s\n", terminal.Text(err.Error()))
		return 2
	}
	config.SettlePlaces(func() (string, error) { return gocmd.Find().Dir() })
	cmd := parseCommand(rest)
	cmd.Self = slices.Concat(self, args[:len(args)-len(rest)])
	r := &runner{
		cmd: cmd, flags: flags, prepared: prepared,
		stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv,
		log: NewLogger(getenv("GOAT_LOG")),
	}
	code, err := r.run()
	if err != nil {
		fmt.Fprintf(stderr, "goat-exec: %s\n", terminal.Text(err.Error()))
		return 1
	}
	return code
}

func printUsage(w io.Writer) {
	io.WriteString(w, usage)
	fs := flag.NewFlagSet("goat-exec", flag.ContinueOnError)
	fs.SetOutput(w)
	var f config.Flags
	f.Register(fs)
	fs.PrintDefaults()
}

// runner is one invocation of goat-exec.
type runner struct {
	cmd      command
	flags    config.Flags
	prepared string           // name of the session that the driver has prepared; "" in a bare build
	salt     string           // the driver's for this compile, "" for none
	unkept   bool             // what is compiled lacks points for a reason that may be gone the next time
	again    *session.Session // computed anew, when a file changed while the build ran
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	getenv   func(string) string
	log      *slog.Logger
}

// run dispatches on the tool. It decides from the command line and
// TOOLEXEC_IMPORTPATH first: most of the processes of a build have nothing to
// do and must not cost anything.
func (r *runner) run() (int, error) {
	if r.driven() && r.cmd.Name == "compile" {
		r.salt, r.cmd.Args = cutSalt(r.cmd.Args)
	}
	switch {
	case r.cmd.isVersion():
		return r.version()
	case r.cmd.Name == "compile" && hasFlag(r.cmd.Args, "-std"):
		return r.original()
	case r.cmd.Name == "asm", r.cmd.Name == "cgo", r.cmd.Name == "compile" && r.getenv(nestedEnv) != "":
		return r.original()
	case r.getenv(nestedEnv) != "":
		return r.passOn()
	case r.cmd.Name == "compile":
		return r.compile()
	case r.cmd.Name == "link":
		return r.link()
	}
	return r.passOn()
}

// passOn becomes the tool. LookPath matters: cgo runs a bare "gcc" through
// -toolexec to learn its version and, when that fails, rebuilds each time.
func (r *runner) passOn() (int, error) {
	argv := r.cmd.argv()
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, fmt.Errorf("finding the tool: %w; check what follows goat-exec in -toolexec", err)
	}
	return become(path, argv, r)
}

// start runs the tool with other arguments as a child and returns its exit
// code. A tool that cannot be started is an error, and one that was ended by a
// signal a killedError.
func (r *runner) start(args []string, stdout, stderr io.Writer) (int, error) {
	if out, ok := stdout.(*terminal.Output); ok {
		stdout = out.Unwrap() // the tool writes to the file itself
	}
	argv := r.cmd.with(args).argv()
	c := exec.Command(argv[0], argv[1:]...)
	c.Stdin, c.Stdout, c.Stderr = r.stdin, stdout, stderr
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("running %s: %w", argv[0], err)
	}
	if endedBySignal(err) {
		err = killedError{err}
	}
	return 0, err
}

// NewLogger returns a logger that appends to the file that GOAT_LOG names. Logging never fails a
// build: without a file, or with one that cannot be written, it discards.
func NewLogger(file string) *slog.Logger {
	if file == "" {
		return slog.New(slog.DiscardHandler)
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(f, nil)).With("pid", os.Getpid())
}

// goCommand returns the go command whose tools are running: the one in the
// GOROOT of the tool's path, else the first in PATH.
func (r *runner) goCommand() string {
	if root := r.goroot(); root != "" {
		name := filepath.Join(root, "bin", "go")
		for _, name := range []string{name, name + ".exe"} {
			if _, err := os.Stat(name); err == nil {
				return name
			}
		}
	}
	return "go"
}
