package driver

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/toolexec"
)

// commandLine is a go command line with goat's flags taken out.
type commandLine struct {
	subcommand string
	chdir      string       // of -C
	goat       config.Flags // goat's flags; those of -toolexec=goat-exec … count less
	flags      []string     // the go command's, without -toolexec
	gcflags    []string     // values of -gcflags, those of GOFLAGS first
	wrapper    []string     // the words of -toolexec, goat-exec's own taken out
	toolexec   *string      // of the command line
	rest       []string     // what begins with the first argument that is no flag
}

// parseLine splits the arguments after the subcommand. Goat's flags may stand
// anywhere among the go command's, before the first argument that is no flag:
// what follows belongs to the packages, a program that is run, or a test.
func parseLine(subcommand string, args []string) (*commandLine, error) {
	l := &commandLine{subcommand: subcommand}
	for len(args) > 0 {
		arg, ok := gocmd.NextFlag(args)
		if !ok {
			break
		}
		if arg.Words == 2 && subcommand == "test" && !strings.HasSuffix(arg.Name, "flags") && standsAlone(args[1]) {
			arg, _ = gocmd.NextFlag(args[:1])
		}
		args = args[arg.Words:]
		if err := l.take(arg); err != nil {
			return nil, err
		}
	}
	l.rest = args
	return l, nil
}

// standsAlone reports whether a word that follows a test's flag is not its value
// but a flag that the driver looks for: of a test's own flags, which the go
// command hands on, nobody here knows which take a value.
func standsAlone(word string) bool {
	f, ok := gocmd.NextFlag([]string{word})
	return ok && f.Given && (config.IsFlag(f.Name) || f.Name == "toolexec" || f.Name == "gcflags")
}

// UsageError is a wrong command line.
type UsageError struct{ error }

func (l *commandLine) take(f gocmd.Flag) error {
	ours := config.IsFlag(f.Name)
	if !f.Given && (ours || f.Name == "C" || f.Name == "toolexec" || f.Name == "gcflags") {
		return UsageError{fmt.Errorf("the value of -%s is missing; write -%s=value", f.Name, f.Name)}
	}
	switch {
	case ours:
		return l.goat.Set(f.Name, f.Value)
	case f.Name == "C":
		l.chdir = f.Value
	case f.Name == "toolexec":
		l.toolexec = &f.Value
	case f.Name == "gcflags":
		l.gcflags = append(l.gcflags, f.Value)
		l.flags = append(l.flags, "-gcflags="+f.Value)
	default:
		l.flags = append(l.flags, f.Text...)
	}
	return nil
}

// inherit adds what the go command takes from GOFLAGS.
func (l *commandLine) inherit(goflags string) error {
	words, err := gocmd.Split(goflags)
	if err != nil {
		return fmt.Errorf("splitting GOFLAGS %q: %w", goflags, err)
	}
	var gcflags []string
	wrapper := ""
	for len(words) > 0 {
		f, ok := gocmd.NextFlag(words[:1]) // in GOFLAGS a value is always behind "="
		words = words[1:]
		switch {
		case ok && f.Name == "gcflags":
			gcflags = append(gcflags, f.Value)
		case ok && f.Name == "toolexec":
			wrapper = f.Value
		}
	}
	l.gcflags = append(gcflags, l.gcflags...)
	if l.toolexec != nil {
		wrapper = *l.toolexec
	}
	return l.chain(wrapper)
}

// chain puts the user's own -toolexec behind goat's. A goat-exec in it is this
// one.
func (l *commandLine) chain(value string) error {
	words, err := gocmd.Split(value)
	if err != nil {
		return fmt.Errorf("splitting -toolexec %q: %w", value, err)
	}
	if len(words) == 0 || strings.TrimSuffix(filepath.Base(words[0]), ".exe") != "goat-exec" {
		l.wrapper = words
		return nil
	}
	flags, rest, err := config.ParseFlags(words[1:])
	if err != nil {
		return fmt.Errorf("reading -toolexec %q: %w", value, err)
	}
	l.goat = l.goat.Or(flags)
	l.wrapper = rest
	return nil
}

// goatWords returns goat's flags as goat-exec reads them.
func (l *commandLine) goatWords() []string { return l.goat.Words() }

// identity splits what a goat-exec says of itself.
func identity(text string) (version, tool string) {
	version, tool, _ = strings.Cut(strings.TrimSpace(text), " ")
	return version, tool
}

// saltMain returns the -gcflags that salts main packages: the last one, whose
// text is in the build information.
func (l *commandLine) saltMain(salt string) string {
	last := ""
	if n := len(l.gcflags); n > 0 {
		last = l.gcflags[n-1]
	}
	return "-gcflags=" + toolexec.MainFlags(salt, last, len(l.gcflags) > 0)
}
