package toolexec

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/toolexec/internal/closure"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

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

// Main runs one tool of a build and returns its exit code: the tool's own, 1 if
// the user asked for something that is not possible (unknown ref, bad
// goat.yaml), or 2 for a wrong command line.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	return Program{Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: getenv}.Main(args)
}

// Program is a program that can act as goat-exec.
type Program struct {
	Self   []string // the words before the arguments, in a program with other uses too
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
}

// Main is Main for this program.
func (p Program) Main(args []string) int {
	out := terminal.NewOutput(p.Stdout)
	p.Stdout = out
	return out.Code(p.run(args), "goat-exec", p.Stderr)
}

func (p Program) run(args []string) int {
	if len(args) == 1 && args[0] == handshake.IdentifyFlag {
		fmt.Fprintln(p.Stdout, handshake.Identity())
		return 0
	}
	prepared, args := handshake.CutPrepared(args)
	flags, rest, err := config.ParseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		printUsage(p.Stdout)
		return 0
	}
	if err == nil && len(rest) == 0 {
		printUsage(p.Stderr)
		return 2
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "goat-exec: %s\n", terminal.Text(err.Error()))
		return 2
	}
	config.MakeAbsolute(func() (string, error) { return gocmd.Find().Dir() })
	cmd := gotool.ParseCommand(rest)
	cmd.Self = slices.Concat(p.Self, args[:len(args)-len(rest)])
	call := gotool.Call{
		Command: cmd,
		Stdin:   p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Getenv: p.Getenv, Log: NewLogger(p.Getenv("GOAT_LOG")),
	}
	r := &runner{Call: call, flags: flags, prepared: prepared}
	code, err := r.run()
	if err != nil {
		fmt.Fprintf(p.Stderr, "goat-exec: %s\n", terminal.Text(err.Error()))
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

// run chooses what to do for the tool. It looks at the command line and
// TOOLEXEC_IMPORTPATH first, because most processes of a build have nothing to
// do and must cost nothing.
func (r *runner) run() (int, error) {
	nested := r.Getenv(closure.NestedEnv) != ""
	if r.driven() && r.Name == "compile" {
		salt, args := handshake.CutSalt(r.Args.List())
		r.salt, r.Args = salt, gotool.ParseArgs(args)
	}
	switch {
	case r.IsVersion():
		return r.version()
	case r.Name == "asm", r.Name == "cgo", r.Name == "compile" && (nested || r.Args.On("-std")):
		return r.unchanged()
	case nested:
		return r.Become()
	case r.Name == "compile":
		return r.compile()
	case r.Name == "link":
		return r.link()
	}
	return r.Become()
}
