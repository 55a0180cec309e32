package vet

import (
	"flag"
	"os"
	"strings"

	goatconfig "github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// caller is the go command that runs this tool.
type caller struct {
	args []string // nil where they cannot be read
	dir  string   // where it runs
}

func findCaller() caller {
	p := gocmd.Find()
	c := caller{args: p.Args}
	if dir, err := p.Dir(); err == nil {
		c.dir = dir
	} else if dir, err := os.Getwd(); err == nil {
		c.dir = dir
	}
	return c
}

// known reports whether the go command's arguments are.
func (c caller) known() bool { return len(c.args) > 1 }

// fixes reports whether it is go fix.
func (c caller) fixes() bool {
	for i := 1; i < len(c.args); i++ {
		switch arg := c.args[i]; {
		case arg == "-C" || arg == "--C":
			i++ // its value
		case !strings.HasPrefix(arg, "-"):
			return arg == "fix"
		}
	}
	return false
}

// wantsModules reports whether required modules may count. Where the
// configuration cannot be read, the line sets are asked, which say why.
func (c caller) wantsModules(flags goatconfig.Flags, getenv func(string) string) bool {
	cfg, err := goatconfig.Load(goatconfig.Input{Dir: c.dir, Flags: flags, Getenv: getenv})
	return err != nil || cfg.Modules != goatconfig.ModulesOff
}

// flags returns goat's flags among the go command's arguments and in GOFLAGS.
func (c caller) flags(getenv func(string) string) goatconfig.Flags {
	var f goatconfig.Flags
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	f.Register(fs)
	words, err := gocmd.Split(getenv("GOFLAGS"))
	if err != nil {
		words = nil // the go command has refused it already
	}
	words = append(words, c.args...)
	for i, word := range words {
		if !strings.HasPrefix(word, "-") {
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-"), "=")
		name = strings.TrimPrefix(name, "goatconfig.")
		if fs.Lookup(name) == nil {
			continue
		}
		if !given && i+1 < len(words) {
			value = words[i+1]
		}
		_ = fs.Set(name, value) // a string takes every value
	}
	return f
}
