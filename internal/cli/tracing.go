package cli

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
)

// tracing is one call of goat trace.
type tracing struct {
	*program
	dir string
}

// flags returns the flags that all subcommands have which read runs.
func (t *tracing) flags(name, args string) *flag.FlagSet {
	fs := flag.NewFlagSet("goat trace "+name, flag.ContinueOnError)
	fs.SetOutput(t.stdout)
	fs.Usage = func() {
		fmt.Fprintf(t.stdout, "Usage: goat trace %s [flags] %s\n\nFlags:\n\n", name, args)
		fs.PrintDefaults()
	}
	fs.StringVar(&t.dir, "dir", "", "the `directory` with the runs (default: GOAT_TRACE_DIR, else trace in GOAT_DIR, else in goat's cache)")
	return fs
}

func (t *tracing) parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var said strings.Builder
	usage := fs.Usage
	fs.Usage = func() {}
	fs.SetOutput(&said)
	err := fs.Parse(args)
	fs.SetOutput(t.stdout)
	if errors.Is(err, flag.ErrHelp) {
		usage()
		return nil, err
	}
	if err != nil {
		return nil, usageError{err}
	}
	t.settle()
	return fs.Args(), nil
}

// settle finds the directory with the runs if the user names none.
func (t *tracing) settle() {
	switch {
	case t.dir != "":
	case t.getenv("GOAT_TRACE_DIR") != "":
		t.dir = t.getenv("GOAT_TRACE_DIR")
	case t.getenv("GOAT_DIR") != "":
		t.dir = filepath.Join(t.getenv("GOAT_DIR"), "trace")
	default:
		t.dir = cache.Open(t.getenv).Folder(cache.Traces).Path()
	}
}
