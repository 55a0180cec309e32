package driver

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
)

// commandLine is a go command line with goat's flags taken out.
type commandLine struct {
	subcommand string
	chdir      string       // of -C
	goat       config.Flags // goat's flags; those of -toolexec=goat-exec … have lower priority
	flags      []string     // flags of the go command, after which the driver's come; for a test the packages, too
	goflags    string       // GOFLAGS
	gcflags    []string     // values of -gcflags, with those of GOFLAGS first
	wrapper    []string     // the words of -toolexec without goat-exec
	toolexec   *string      // -toolexec of the command line
	packages   []string     // of a test
	hits       string       // the directory of a test's -hits; "" for none
	rest       []string     // everything after that: packages, or the arguments of a program or a test
}

// parseLine splits the arguments after the subcommand. Goat's flags may be anywhere
// among the go command's, before the first argument that is not a flag. What
// follows belongs to the packages, a program that is run, or a test.
func parseLine(subcommand string, args []string) (*commandLine, error) {
	l := &commandLine{subcommand: subcommand}
	if subcommand == "test" {
		return l, l.parseTest(args)
	}
	for len(args) > 0 {
		arg, ok := gocmd.NextFlag(args)
		if !ok {
			break
		}
		args = args[arg.Words:]
		if err := l.take(arg); err != nil {
			return nil, err
		}
	}
	l.rest = args
	return l, nil
}

// parseTest splits the arguments of go test. go test also takes flags after the
// packages. The last -gcflags and -toolexec win, so the driver's come after all of
// the user's. The user's words keep their order, because the meaning of a word
// depends on the words before it.
func (l *commandLine) parseTest(args []string) error {
	own := func(name string) bool { return name == "C" || config.IsFlag(name) }
	test := gocmd.ParseTest(args, own)
	// The go command gets a -C after the packages, and refuses it.
	flags := slices.DeleteFunc(test.Flags, func(f gocmd.Flag) bool { return f.Name == "C" })
	for _, f := range append(test.Own, flags...) {
		if err := l.take(f); err != nil {
			return err
		}
	}
	l.flags, l.packages, l.rest = test.Words, test.Packages, test.Rest
	return nil
}

// UsageError says that the command line is wrong.
type UsageError struct{ error }

func (l *commandLine) take(f gocmd.Flag) error {
	ours := config.IsFlag(f.Name)
	if !f.Given && (ours || f.Name == "C" || f.Name == "toolexec" || f.Name == "gcflags") {
		return UsageError{fmt.Errorf("the value of -%s is missing; write -%s=value", f.Name, f.Name)}
	}
	switch {
	case f.Name == "hits" && l.subcommand == "test" && f.Value != "point":
		l.hits = f.Value // the setting of that name is about a page, and tests serve none
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

// inherit adds the flags that the go command takes from GOFLAGS.
func (l *commandLine) inherit(goflags string) error {
	l.goflags = goflags
	words, err := gocmd.Split(goflags)
	if err != nil {
		return fmt.Errorf("splitting GOFLAGS %q: %w", goflags, err)
	}
	var gcflags []string
	wrapper := ""
	for len(words) > 0 {
		f, ok := gocmd.NextFlag(words[:1]) // in GOFLAGS a value always follows "="
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

// chain puts the user's own -toolexec after goat's. If it begins with a goat-exec,
// goat's own takes its place, and the flags of that one count, too.
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

// goatWords returns goat's flags in the form that goat-exec reads.
func (l *commandLine) goatWords() []string { return l.goat.Words() }

// identity splits what a goat-exec says about itself.
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
	return "-gcflags=" + handshake.MainFlags(salt, last, len(l.gcflags) > 0)
}
