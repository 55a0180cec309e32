package gotool

import (
	"slices"
	"strings"
)

// Args are a tool's parsed arguments. They are immutable; Replace and With
// return changed copies.
type Args struct {
	list   []string
	files  int // where the Go files begin, which come last
	values map[string]string
	on     map[string]bool
}

// ParseArgs parses a tool's arguments. It does not know which flags take a
// value, so an argument after a flag counts as the flag's value if a caller
// asks for one.
func ParseArgs(list []string) Args {
	a := Args{list: list, files: len(list), values: make(map[string]string), on: make(map[string]bool)}
	for a.files > 0 && strings.HasSuffix(list[a.files-1], ".go") && !strings.HasPrefix(list[a.files-1], "-") {
		a.files--
	}
	for i, arg := range list {
		if !strings.HasPrefix(arg, "-") {
			continue
		}
		if flag, value, ok := strings.Cut(arg, "="); ok {
			a.values[flag] = value
			a.on[flag] = a.on[flag] || value == "true"
			continue
		}
		a.on[arg] = true
		if i+1 < len(list) {
			a.values[arg] = list[i+1]
		}
	}
	return a
}

// List returns all arguments as they were given.
func (a Args) List() []string { return a.list }

// Flags returns what comes before the Go files.
func (a Args) Flags() []string { return a.list[:a.files] }

// Files returns the Go files, which are the last arguments.
func (a Args) Files() []string { return a.list[a.files:] }

// Last returns the last argument, which is the linker's main package, or "".
func (a Args) Last() string {
	if len(a.list) == 0 {
		return ""
	}
	return a.list[len(a.list)-1]
}

// On reports whether a boolean flag is on. flag includes the dash.
func (a Args) On(flag string) bool { return a.on[flag] }

// Value returns the last value of "-flag value" or "-flag=value", or "".
func (a Args) Value(flag string) string { return a.values[flag] }

// Replace returns the arguments with another value for a flag that they
// contain.
func (a Args) Replace(flag, value string) Args {
	list := slices.Clone(a.list)
	for i, arg := range list {
		if arg == flag && i+1 < len(list) {
			list[i+1] = value
		} else if strings.HasPrefix(arg, flag+"=") {
			list[i] = flag + "=" + value
		}
	}
	return ParseArgs(list)
}

// With returns the arguments with more flags and other Go files.
func (a Args) With(flags, files []string) Args {
	return ParseArgs(slices.Concat(a.Flags(), flags, files))
}
