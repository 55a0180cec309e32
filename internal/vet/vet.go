package vet

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/terminal"
)

// Exit codes. Under go vet they are unitchecker's.
const (
	exitOK     = 0
	exitError  = 1 // what was asked for could not be done
	exitUsage  = 2 // the command line is wrong
	exitPoints = 3 // -fail was given and there are points
)

// Main runs goat-vet and returns its exit code.
func Main(args []string, _ io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	out := terminal.NewOutput(stdout)
	if isTool(args) {
		return out.Code(toolMain(args, out, stderr, getenv), "goat-vet", stderr)
	}
	return out.Code(Preview("goat-vet", args, out, stderr, getenv), "goat-vet", stderr)
}

// RegisterFlags defines the preview's flags, for who describes them.
func RegisterFlags(fs *flag.FlagSet) { new(options).register(fs) }

// Preview is goat-vet by itself, under the name that the user has called it by. It
// returns the exit code.
func Preview(name string, args []string, stdout *terminal.Output, stderr io.Writer, getenv func(string) string) int {
	o, err := parseOptions(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage())
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "%s: %s\nrun \"%s -h\" for its usage\n", name, terminal.Text(err.Error()), name)
		return exitUsage
	case o.version:
		fmt.Fprintf(stdout, "goat-vet %s\n", buildinfo.Version())
		return exitOK
	}
	config.MakeAbsolute(os.Getwd)
	if warning := cache.Open(getenv).Warning; warning != "" {
		fmt.Fprintf(stderr, "%s: %s\n", name, terminal.Text(warning))
	}
	warn(o, stderr, getenv)
	o.verbose = o.verbose || wantsMore(o, getenv)
	progress := terminal.NewProgress(stderr, name, getenv)
	r, err := preview(context.Background(), o, getenv, logger(o, stderr), progress)
	progress.End()
	if err != nil {
		fmt.Fprintf(stderr, "%s: %s\n", name, terminal.Text(err.Error()))
		return exitError
	}
	if o.json {
		err = r.printJSON(stdout)
	} else {
		r.printHeader(stderr, o.verbose)
		r.printText(stdout, o.verbose)
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: printing the points: %v\n", name, err)
		return exitError
	}
	if o.fail && len(r.Points) > 0 {
		return exitPoints
	}
	return exitOK
}

// warn says what goat does not read.
func warn(o options, stderr io.Writer, getenv func(string) string) {
	sentences := config.UnknownVariables(os.Environ())
	if dir, err := os.Getwd(); err == nil {
		sentences = append(sentences, config.UnreadFiles(config.Input{Dir: dir, Flags: o.flags, Getenv: getenv})...)
	}
	for _, s := range sentences {
		fmt.Fprintf(stderr, "goat-vet: %s\n", terminal.Text(s))
	}
}

// options is the command line of goat-vet by itself.
type options struct {
	flags    config.Flags
	json     bool
	verbose  bool
	fail     bool
	tests    bool
	version  bool
	tags     string
	patterns []string
}

func parseOptions(args []string) (options, error) {
	var o options
	fs := o.flagSet()
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	o.patterns = fs.Args()
	if len(o.patterns) == 0 {
		o.patterns = []string{"."}
	}
	return o, err
}

func (o *options) flagSet() *flag.FlagSet {
	fs := flag.NewFlagSet("goat-vet", flag.ContinueOnError)
	o.register(fs)
	return fs
}

func (o *options) register(fs *flag.FlagSet) {
	o.flags.Register(fs)
	fs.BoolVar(&o.json, "json", false, "print JSON instead of text")
	fs.BoolVar(&o.verbose, "v", false, "say more on standard error: bases, components, what was looked at; the key verbose in goat.yaml")
	fs.BoolVar(&o.fail, "fail", false, "exit with code 3 when there are points")
	fs.BoolVar(&o.tests, "tests", false, "show the points in _test.go files, too, which go test inserts")
	fs.BoolVar(&o.version, "version", false, "print the version of goat-vet")
	fs.StringVar(&o.tags, "tags", "", "comma-separated `list` of build tags, as for go build")
}

// wantsMore reports what the setting verbose is. A configuration that is wrong is
// the preview's to refuse.
func wantsMore(o options, getenv func(string) string) bool {
	dir, err := os.Getwd()
	if err != nil {
		return false
	}
	c, err := config.Load(config.Input{Dir: dir, Flags: o.flags, Getenv: getenv})
	return err == nil && c.Verbose
}

// logger says with -v what may be of interest. What matters is an error.
func logger(o options, stderr io.Writer) *slog.Logger {
	if !o.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(stderr, nil))
}

func usage() string {
	var b strings.Builder
	b.WriteString(`Goat-vet shows the tracking points that a build with goat-exec would insert.

Usage:

	goat-vet [flags] [packages]
	go vet -vettool=$(which goat-vet) [flags] [packages]
	go fix -fixtool=$(which goat-vet) [packages]

Examples:

	goat-vet ./...                              # compared with the base that goat chooses
	goat-vet -base=v1.4.0 -granularity=line ./cmd/app
	goat-vet -json ./... | jq '.points[].file'
	goat-vet -base=origin/main -fail ./...      # exit code 3: code that runs has changed

By itself, goat-vet prints a line for each point: file:line, what the point
stands for, its kind and its function. The points are those of the packages
named and of all that these import from the workspace's modules, in the order
of their ids. Statements that were deleted have no point; they are listed after
the points of their file. With -v, code that moved is listed too, and where it
stood. The base and the number of points are said on standard error.

With -json it prints {version, source, bases, granularity, points, components,
removed, moved, dependencies, warnings}. A component is a main package, or a part of it that
goat.yaml names; its points are numbered as they are in its binary. Dependencies
are the required modules that were compared, with the setting modules.

Under go vet each point is a diagnostic, and go vet exits with code 1 when
there are points. Under go fix goat-vet removes what source-patching tools
left behind (+goat: blocks), and nothing else. "goat-vet help" lists the
analyzers.

Exit codes: 0 done; 1 what was asked for could not be done; 2 the command line
is wrong; 3 there are points, and -fail was given.

Flags:

`)
	var o options
	fs := o.flagSet()
	fs.SetOutput(&b)
	fs.PrintDefaults()
	return b.String()
}
