package vet

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/terminal"
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
