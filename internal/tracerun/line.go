package tracerun

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// Line is a command line of goat trace run, test or estimate.
type Line struct {
	Dir    string // -dir: of the runs, "" where it is not given
	Store  string // -store: segments or rows
	JSON   bool   // -json, of estimate
	Rows   uint64 // -rows: how many steps may be kept as rows
	Values bool   // -values
	// Steps, Bytes and Policy are limits and the policy as they were written, "" for
	// the program's own.
	Steps, Bytes, Policy string

	chdir   string   // -C
	flags   []string // of the go command and of goat build
	scoped  bool     // the flags have a trace scope
	counted bool     // and -count
	rest    []string // packages or Go files, and what follows them
}

// DefaultRows is how many steps of a run may be kept as rows.
const DefaultRows = 1_000_000

// UsageError says that the command line is wrong.
type UsageError struct{ error }

func usagef(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Parse splits the arguments of goat trace run and estimate. The flags come before
// the package; all that follows it is the program's.
func Parse(args []string) (*Line, error) {
	l := newLine()
	for len(args) > 0 {
		f, ok := gocmd.NextFlag(args)
		if !ok {
			break
		}
		args = args[f.Words:]
		if err := l.take(f); err != nil {
			return nil, err
		}
	}
	l.rest = args
	if len(args) == 0 {
		return nil, usagef("no package is named; write for example ./cmd/server, and its arguments after it")
	}
	return l, l.check()
}

// ParseTest splits the arguments of goat trace test. Its own flags may be anywhere
// before -args.
func ParseTest(args []string) (*Line, error) {
	l := newLine()
	own := func(name string) bool {
		return name != "json" && slices.Contains(ownFlags, name) || name == "C" || config.IsFlag(name)
	}
	test := gocmd.ParseTest(args, own)
	for _, f := range test.Own {
		if err := l.take(f); err != nil {
			return nil, err
		}
	}
	for _, f := range test.Flags {
		l.counted = l.counted || strings.TrimPrefix(f.Name, "test.") == "count"
	}
	l.rest = append(append([]string(nil), test.Words...), test.Rest...)
	return l, l.check()
}

func newLine() *Line { return &Line{Store: "segments", Rows: DefaultRows, Values: true} }

var ownFlags = []string{"dir", "store", "rows", "values", "steps", "bytes", "policy", "json"}

// take takes one flag.
func (l *Line) take(f gocmd.Flag) error {
	if slices.Contains(ownFlags, f.Name) {
		return l.own(f)
	}
	switch f.Name {
	case "o":
		return usagef("-o is no flag of goat trace: the program goes into a directory that is removed again; \"goat build -trace-scope=./... -o file\" keeps it")
	case "C":
		l.chdir = f.Value
	case "trace-scope":
		l.scoped = true
	}
	l.flags = append(l.flags, f.Text...)
	return nil
}

// own takes a flag of goat trace.
func (l *Line) own(f gocmd.Flag) error {
	if f.Name == "json" && !f.Given {
		l.JSON = true
		return nil
	}
	if !f.Given {
		return usagef("the value of -%s is missing; write -%s=value", f.Name, f.Name)
	}
	switch f.Name {
	case "values", "json":
		on, err := strconv.ParseBool(f.Value)
		if err != nil {
			return usagef("-%s=%s is neither true nor false", f.Name, f.Value)
		}
		*map[string]*bool{"values": &l.Values, "json": &l.JSON}[f.Name] = on
	case "dir":
		l.Dir = f.Value
	case "store":
		l.Store = f.Value
	case "policy":
		l.Policy = f.Value
	default:
		n, err := strconv.ParseUint(f.Value, 10, 63)
		if err != nil {
			return usagef("-%s=%s is no number; 0 is no limit", f.Name, f.Value)
		}
		switch f.Name {
		case "rows":
			l.Rows = n
		case "steps":
			l.Steps = f.Value
		case "bytes":
			l.Bytes = f.Value
		}
	}
	return nil
}

func (l *Line) check() error {
	switch {
	case l.Store != "segments" && l.Store != "rows":
		return usagef("-store=%s is unknown; write segments (files in a folder) or rows (a database on this machine)", l.Store)
	case l.Policy != "" && l.Policy != "block" && l.Policy != "drop":
		return usagef("-policy=%s is unknown; write block or drop", l.Policy)
	}
	return nil
}

// split divides the rest into what is built and the program's arguments: a package,
// or Go files.
func (l *Line) split() (build, args []string) {
	n := 1
	if strings.HasSuffix(l.rest[0], ".go") {
		for n < len(l.rest) && strings.HasSuffix(l.rest[n], ".go") {
			n++
		}
	}
	return l.rest[:n], l.rest[n:]
}
