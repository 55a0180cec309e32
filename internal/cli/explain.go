package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/explain"
	"github.com/goat-trace/goat/internal/terminal"
)

// exitUntracked is explain's code for a line without a tracking point.
const exitUntracked = 3

func explainCommand() command {
	return command{
		name:  "explain",
		args:  "file:line",
		short: "say why a line has a tracking point, or has none",
		long: `Explain says of a line of the work tree whether it is tracked, and why: the
statement that it belongs to, the commit that it is from, the hunk since the base,
the rule by which it has a point, and the point's stable id; or what it is that
keeps it from having one: a comment, moved code, goat:ignore, goat.yaml, a
generated file, another module, a build without the file, what git ignores.

	goat explain price.go:42
	goat explain -base=v1.4.0 -tags=integration internal/order/order.go:118

It looks at a build in the current directory, with the flags that the toolexec
string takes. docs/explain.md lists the reasons.

Exit codes: 0 the line is tracked; 3 it is not; 1 it could not be found out; 2
the command line is wrong.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var flags config.Flags
			flags.Register(fs)
			tags := fs.String("tags", "", "comma-separated `list` of build tags, as for go build")
			asJSON := fs.Bool("json", false, "print JSON: {version, file, line, text, tracked, reason, because, next, package, module, func, statement, base, commit, hunk, moved, removed, rule, points}")
			return func(args []string) error {
				if len(args) != 1 {
					return usagef("it takes one place, got %d; write it as file:line behind the flags", len(args))
				}
				file, line, err := parsePlace(args[0])
				if err != nil {
					return err
				}
				return p.explain(explain.Input{Flags: flags, Tags: *tags, Getenv: p.getenv}, file, line, *asJSON)
			}
		},
	}
}

// parsePlace splits FILE:LINE, or FILE:LINE:COLUMN as compilers print it.
func parsePlace(place string) (file string, line int, err error) {
	file, number, ok := cutLast(place)
	if head, before, more := cutLast(file); ok && more && isNumber(number) && isNumber(before) {
		file, number = head, before
	}
	line, err = strconv.Atoi(number)
	if !ok || file == "" || err != nil || line < 1 {
		return "", 0, usagef("%q names no line; write file:line, such as main.go:12", place)
	}
	return file, line, nil
}

func cutLast(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func (p *program) explain(in explain.Input, file string, line int, asJSON bool) error {
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
	report, err := explain.Explain(ctx, in, file, line)
	progress.End()
	if err != nil {
		return err
	}
	if asJSON {
		err = p.printJSON(report)
	} else {
		report.Print(p.stdout, terminal.ScreenOf(p.stdout, p.getenv))
	}
	if err == nil && !report.Tracked {
		return &exitCode{code: exitUntracked}
	}
	return err
}
