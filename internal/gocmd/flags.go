package gocmd

import (
	"fmt"
	"slices"
	"strings"
)

// Flags are the build flags of a go command, in the order in which they take
// effect: GOFLAGS first, the command line after it.
type Flags struct {
	list []setting
}

type setting struct{ name, value string }

// booleanFlags are the go command's flags that take no separate argument
// (cmd/go: AddBuildFlags, go help testflag, go help vet). Any other flag
// written without "=" takes the next argument.
var booleanFlags = map[string]bool{
	"a": true, "asan": true, "benchmem": true, "buildvcs": true, "c": true, "cover": true, "compiled": true, "deps": true,
	"diff": true, "e": true, "export": true, "failfast": true, "find": true, "fix": true, "fullpath": true, "i": true,
	"json": true, "linkshared": true, "m": true, "modcacherw": true, "msan": true, "n": true, "race": true,
	"short": true, "test": true, "trimpath": true, "u": true, "v": true, "versions": true, "work": true, "x": true,
	"artifacts": true, "retracted": true,
}

// Parse reads the flags of a go command's arguments, "go" itself and the
// subcommand included, after those of a GOFLAGS value.
func Parse(args []string, goflags string) (Flags, error) {
	var f Flags
	words, err := Split(goflags)
	if err != nil {
		return f, fmt.Errorf("splitting GOFLAGS %q: %w; quote a flag that holds spaces with '…'", goflags, err)
	}
	for _, w := range words {
		name, value, _ := cutFlag(w)
		f.list = append(f.list, setting{name, value})
	}
	if len(args) > 0 {
		f.parseArgs(args[1:])
	}
	return f, nil
}

// parseArgs takes "-C dir" and a subcommand, then flags up to the first argument
// that is not a flag; go test also takes flags after the packages.
func (f *Flags) parseArgs(args []string) {
	if chdir, ok := NextFlag(args); ok && chdir.Name == "C" {
		args = args[chdir.Words:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return
	}
	if args[0] == "test" {
		f.list = append(f.list, ParseTest(args[1:], nil).settings()...)
		return
	}
	args = args[1:]
	for flag, ok := NextFlag(args); ok; flag, ok = NextFlag(args) {
		f.list = append(f.list, setting{flag.Name, flag.Value})
		args = args[flag.Words:]
	}
}

// Flag is one flag of a go command line.
type Flag struct {
	Name  string
	Value string
	Given bool     // a value was given
	Text  []string // as written: one word, or two
	Words int
}

// NextFlag returns the flag at the start of args; ok is false when there is
// none: at the end, at an argument, and at what is not the go command's.
func NextFlag(args []string) (f Flag, ok bool) {
	if len(args) == 0 || !strings.HasPrefix(args[0], "-") || args[0] == "-" || args[0] == "--" {
		return f, false
	}
	f.Name, f.Value, f.Given = cutFlag(args[0])
	f.Words = 1
	if f.Name == "args" || f.Name == "" {
		return f, false
	}
	if !f.Given && !booleanFlags[f.Name] && len(args) > 1 {
		f.Value, f.Given, f.Words = args[1], true, 2
	}
	f.Text = args[:f.Words:f.Words]
	return f, true
}

func cutFlag(arg string) (name, value string, hasValue bool) {
	arg = strings.TrimPrefix(arg, "-")
	arg = strings.TrimPrefix(arg, "-")
	return strings.Cut(arg, "=")
}

// Lookup returns the last value of a flag; a boolean flag without a value has
// the value "".
func (f Flags) Lookup(name string) (value string, ok bool) {
	for _, s := range f.list {
		if s.name == name {
			value, ok = s.value, true
		}
	}
	return value, ok
}

// Bool reports whether a boolean flag is on.
func (f Flags) Bool(name string) bool {
	v, ok := f.Lookup(name)
	return ok && v != "false" && v != "0" && v != "f" && v != "F" && v != "FALSE" && v != "False"
}

// compileFlags are the flags that reach a package's compile and so its
// archive. -cover is not among them: it instruments named packages only. -ldflags,
// -mod and -modfile do not concern the standard library.
var compileFlags = map[string]bool{
	"race": true, "msan": true, "asan": true, "trimpath": true, "tags": true, "gcflags": true, "asmflags": true,
	"installsuffix": true, "buildmode": true, "linkshared": true, "compiler": true, "overlay": true, "pkgdir": true,
	"pgo": true,
}

// moduleFlags are the flags that say which module is built and from where.
var moduleFlags = map[string]bool{"mod": true, "modfile": true, "modcacherw": true}

// All returns the flags of Compile and those that choose module versions, to
// list packages of the module that is being built.
func (f Flags) All() []string { return f.only(compileFlags, moduleFlags) }

// Loading returns the flags that decide which packages there are and which
// files they have, each as one argument "-name=value".
func (f Flags) Loading() []string { return f.only(loadingFlags, moduleFlags) }

var loadingFlags = map[string]bool{"tags": true, "overlay": true, "race": true, "msan": true, "asan": true, "compiler": true}

// Compile returns the flags under which every package of the build is
// compiled, each as one argument "-name=value".
func (f Flags) Compile() []string { return f.only(compileFlags) }

func (f Flags) only(sets ...map[string]bool) []string {
	var out []string
	for _, s := range f.list {
		if !slices.ContainsFunc(sets, func(set map[string]bool) bool { return set[s.name] }) {
			continue
		}
		if s.value == "" && booleanFlags[s.name] {
			s.value = "true"
		}
		out = append(out, "-"+s.name+"="+s.value)
	}
	return out
}

// Split splits a string as the go command splits GOFLAGS and -toolexec:
// at white space, with '…' and "…" around a word that holds some
// (cmd/internal/quoted).
func Split(s string) ([]string, error) {
	var words []string
	for {
		s = strings.TrimLeft(s, " \t\n\r")
		if s == "" {
			return words, nil
		}
		if q := s[0]; q == '\'' || q == '"' {
			end := strings.IndexByte(s[1:], q)
			if end < 0 {
				return nil, fmt.Errorf("unterminated %c string", q)
			}
			words = append(words, s[1:1+end])
			s = s[end+2:]
			continue
		}
		end := strings.IndexAny(s, " \t\n\r")
		if end < 0 {
			end = len(s)
		}
		words = append(words, s[:end])
		s = s[end:]
	}
}

// Join is the reverse of Split. A word that holds both kinds of quotes cannot
// be written in that form and is an error.
func Join(words []string) (string, error) {
	quoted := make([]string, len(words))
	for i, w := range words {
		switch {
		case w != "" && !strings.ContainsAny(w, " \t\n\r'\""):
			quoted[i] = w
		case !strings.Contains(w, "'"):
			quoted[i] = "'" + w + "'"
		case !strings.Contains(w, `"`):
			quoted[i] = `"` + w + `"`
		default:
			return "", fmt.Errorf("quoting %q: it holds both kinds of quotes", w)
		}
	}
	return strings.Join(quoted, " "), nil
}
