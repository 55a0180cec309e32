package cli

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/sourcediff"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/unified"
)

func diffCommand() command {
	return command{
		name:  "diff",
		args:  "[packages]",
		short: "show as a diff what will be compiled in place of your files",
		long: `Diff prints, for each file with tracking points, the difference between the file
and what goat-exec hands to the compiler in its place. Nothing is written. Without
packages it looks at ./... .

	goat diff
	goat diff ./internal/order | less
	CLICOLOR_FORCE=1 goat diff | less -R

With -markers it prints the patch that writes the points into the source instead,
between +goat: comments, with a package that counts them and serves /metrics and
/track: for builds that cannot run goat-exec. "git apply" takes it, and "goat
clean" takes it away again.

	goat diff -markers | git apply

It takes the flags that the toolexec string takes.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			in := sourcediff.Input{Getenv: p.getenv}
			in.Flags.Register(fs)
			fs.StringVar(&in.Tags, "tags", "", "comma-separated `list` of build tags, as for go build")
			fs.BoolVar(&in.Race, "race", false, "what is compiled with go build -race")
			markers := fs.Bool("markers", false, "print the patch that writes the points into the source, as source-patching tools do")
			return func(args []string) error {
				in.Patterns = args
				if len(args) == 0 {
					in.Patterns = []string{"./..."}
				}
				if *markers {
					return p.diff(in, sourcediff.Marked)
				}
				return p.diff(in, sourcediff.Compiled)
			}
		},
	}
}

func (p *program) diff(in sourcediff.Input, look func(context.Context, sourcediff.Input) (*sourcediff.Result, error)) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w; run it in a directory that exists", err)
	}
	in.Dir = dir
	p.warn(config.UnreadFiles(config.Input{Dir: dir, Flags: in.Flags, Getenv: p.getenv}))
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	in.Progress = progress.Step
	result, err := look(ctx, in)
	progress.End()
	if err != nil {
		return err
	}
	p.warn(result.Warnings)
	if len(result.Patches) == 0 {
		fmt.Fprintf(p.stderr, "goat diff: nothing to show: no tracking points in %s, compared with %s\n",
			terminal.Line(strings.Join(in.Patterns, " ")), terminal.Line(result.Against))
	}
	p.printPatches(result.Patches)
	return nil
}

// printPatches prints patches: unchanged into a pipe, and without unsafe characters
// on a terminal.
func (p *program) printPatches(patches [][]byte) {
	screen := terminal.ScreenOf(p.stdout, p.getenv)
	w := bufio.NewWriter(p.stdout)
	defer w.Flush()
	for _, patch := range patches {
		if !screen.Terminal && !screen.Colours {
			_, _ = w.Write(patch) // Main reports what could not be written
			continue
		}
		for line := range strings.Lines(string(patch)) {
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			_, _ = w.WriteString(unified.Colour(terminal.Text(line), screen.Colours) + "\n")
		}
	}
}
