package config

import (
	"flag"
	"fmt"
	"strings"
)

// ErrHelp is returned by ParseFlags for -h.
var ErrHelp = flag.ErrHelp

// Flags are the values of the flags that goat-exec, goat-vet and goat share, as
// written. A flag that was not given is "".
type Flags struct {
	Base        string
	Mode        string
	Granularity string
	Precision   string
	Patchfile   string
	Index       string
	Modules     string
	Ignores     string
	DataType    string
	AppName     string
	AppVersion  string
	MainEntries string
	Serve       string
	Hub         string
	Hits        string
	TraceScope  string
	Config      string
}

// ParseFlags splits the arguments of goat-exec: first its own flags, then rest,
// which begins with another wrapper or the tool. err is ErrHelp for -h and
// -help, otherwise an *Error.
func ParseFlags(args []string) (f Flags, rest []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		if len(arg) < 2 || arg[0] != '-' {
			break
		}
		args = args[1:]
		if arg == "--" {
			break
		}
		name, value, given := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if name == "h" || name == "help" {
			return f, args, ErrHelp
		}
		field := f.value(name)
		if field == nil {
			return f, args, unknownFlag(name)
		}
		if !given {
			if len(args) == 0 {
				return f, args, &Error{Key: "-" + name, Msg: fmt.Sprintf("the value is missing; write -%s=value", name)}
			}
			value, args = args[0], args[1:]
		}
		*field = value
	}
	return f, args, nil
}

// IsFlag reports whether one of the flags has this name.
func IsFlag(name string) bool {
	var f Flags
	return f.value(name) != nil
}

// Set sets a flag to a value as written. An unknown name is an *Error.
func (f *Flags) Set(name, value string) error {
	field := f.value(name)
	if field == nil {
		return unknownFlag(name)
	}
	*field = value
	return nil
}

// Or returns f with flags that are not set taken from g.
func (f Flags) Or(g Flags) Flags {
	for _, s := range Settings() {
		if v := f.value(s.Flag); v != nil && *v == "" {
			*v = *g.value(s.Flag)
		}
	}
	return f
}

// Words returns the flags in the form that ParseFlags reads.
func (f Flags) Words() []string {
	var words []string
	for _, s := range Settings() {
		if v := f.value(s.Flag); v != nil && *v != "" {
			words = append(words, "-"+s.Flag+"="+*v)
		}
	}
	return words
}

// Register defines the flags on fs.
func (f *Flags) Register(fs *flag.FlagSet) {
	for _, s := range Settings() {
		if s.Flag != "" {
			fs.StringVar(f.value(s.Flag), s.Flag, "", s.usage())
		}
	}
}

// value returns the field of a flag, or nil for an unknown name.
func (f *Flags) value(name string) *string {
	switch name {
	case "base":
		return &f.Base
	case "mode":
		return &f.Mode
	case "granularity":
		return &f.Granularity
	case "precision":
		return &f.Precision
	case "patchfile":
		return &f.Patchfile
	case "index":
		return &f.Index
	case "modules":
		return &f.Modules
	case "ignores":
		return &f.Ignores
	case "dataType":
		return &f.DataType
	case "appName":
		return &f.AppName
	case "appVersion":
		return &f.AppVersion
	case "mainEntries":
		return &f.MainEntries
	case "serve":
		return &f.Serve
	case "hub":
		return &f.Hub
	case "hits":
		return &f.Hits
	case "trace-scope":
		return &f.TraceScope
	case "config":
		return &f.Config
	}
	return nil
}

func unknownFlag(name string) *Error {
	var names []string
	for _, s := range Settings() {
		if s.Flag != "" {
			names = append(names, s.Flag)
		}
	}
	msg := "the flag is unknown; known are -" + strings.Join(names, ", -")
	if near := nearest(name, names); near != "" {
		msg = fmt.Sprintf("the flag is unknown; did you mean -%s?", near)
	}
	return &Error{Key: "-" + name, Msg: msg, Allowed: names}
}

// usage is the flag's line of help. The back-quoted word names the value.
func (s Setting) usage() string {
	line, _, _ := strings.Cut(strings.ReplaceAll(s.Doc, "`", ""), ". ")
	line = strings.TrimSuffix(line, ".")
	switch {
	case s.Default != "":
		line += " (default " + s.Default + ")"
	case s.Unset != "":
		line += " (default: " + s.Unset + ")"
	}
	value := "word"
	switch {
	case len(s.Allowed) > 0:
		value = strings.TrimPrefix(strings.Join(s.Allowed, "|"), "|")
	case s.Type == Integer && s.Max > 0:
		value = fmt.Sprintf("%d..%d", s.Min, s.Max)
	case s.Type == Path:
		value = "file"
	case s.Type == List || s.Type == Scopes:
		value = "one,two"
	case s.Flag == "base":
		value = "ref"
	}
	return line + "; " + s.Env + "=`" + value + "`"
}
