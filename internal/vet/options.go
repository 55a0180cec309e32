package vet

import (
	"flag"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

// Exit codes. Under go vet they are unitchecker's.
const (
	exitOK     = 0
	exitError  = 1 // what was asked for could not be done
	exitUsage  = 2 // the command line is wrong
	exitPoints = 3 // -fail was given and there are points
)

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
