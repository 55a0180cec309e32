package cli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/internal/clean"
	"github.com/goat-trace/goat/internal/terminal"
)

func cleanCommand() command {
	return command{
		name:  "clean",
		args:  "[directory ...]",
		short: "remove what source-patching tools left in the source",
		long: `Clean removes +goat: blocks (generate, main, delete, user, import, and the comments
tips and end) from the Go files in the current directory and below, the imports
that only these use, and the package that was generated for them. Everything else
stays byte for byte as it is. "go fix -fixtool=$(which goat-vet)" makes the same
edits in the packages that it is given.

	goat clean -n
	goat clean

+goat:insert stays: it asks goat for a tracking point. Symbolic links are not
followed. Vendor, testdata, and directories whose names begin with "." or "_" are
left alone.

The exit code is 1 where something is left for people: a block without an end, a
file that does not parse.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			dry := fs.Bool("n", false, "say what would be done, and do nothing")
			return func(args []string) error { return p.clean(args, *dry) }
		},
	}
}

// errLeft says that goat has left something for people to remove.
var errLeft = errors.New("something is left for you to remove: see above")

func (p *program) clean(args []string, dry bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	wd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w; run it in a directory that exists", err)
	}
	in := clean.Input{DryRun: dry, Dirs: []string{wd}}
	if len(args) > 0 {
		in.Dirs = nil
	}
	for _, arg := range args {
		dir, err := filepath.Abs(arg)
		if err != nil {
			return fmt.Errorf("finding %s: %w", arg, err)
		}
		info, err := os.Lstat(dir)
		switch {
		case err != nil:
			return fmt.Errorf("looking for %s: %w; name directories", arg, err)
		case !info.IsDir():
			return usagef("%s is no directory; name directories, and not files or symbolic links", arg)
		}
		in.Dirs = append(in.Dirs, dir)
	}
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	in.Progress = progress.Step
	result, err := clean.Clean(ctx, in)
	progress.End()
	p.printCleaned(wd, result, dry)
	if err == nil && len(result.Problems) > 0 {
		return errLeft
	}
	return err
}

// printCleaned prints a line for each file.
func (p *program) printCleaned(wd string, r *clean.Result, dry bool) {
	name := func(file string) string {
		if rel, err := filepath.Rel(wd, file); err == nil && filepath.IsLocal(rel) {
			file = rel
		}
		return terminal.Word(filepath.ToSlash(file))
	}
	removed := "removed"
	if dry {
		removed = "would remove"
	}
	slices.SortFunc(r.Files, func(a, b clean.File) int { return cmp.Compare(a.Path, b.Path) })
	for _, f := range r.Files {
		what := count(f.Blocks, "block")
		if f.Imports > 0 {
			what += " and " + count(f.Imports, "import")
		}
		if f.Blocks == 0 {
			what = count(f.Imports, "import")
		}
		fmt.Fprintf(p.stdout, "%s: %s %s\n", name(f.Path), removed, what)
	}
	for _, file := range r.Generated {
		fmt.Fprintf(p.stdout, "%s: %s\n", name(file), removed)
	}
	for _, problem := range r.Problems {
		at := name(problem.Path)
		if problem.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, problem.Line)
		}
		fmt.Fprintf(p.stderr, "goat clean: %s: %s\n", at, terminal.Line(problem.Text))
	}
	if len(r.Files)+len(r.Generated)+len(r.Problems) == 0 {
		fmt.Fprintln(p.stderr, "goat clean: nothing to remove")
	}
}
