package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/doctor"
	"github.com/goat-trace/goat/internal/terminal"
)

func doctorCommand() command {
	return command{
		name:  "doctor",
		short: "look for what is missing or in the way here",
		long: `Doctor looks at what a build in the current directory needs: the go command,
goat's own programs, its cache, git, the configuration, GOFLAGS, and the base. It
says what a build here would do, and for each thing that is wrong the next step.
It takes the flags that the toolexec string takes.

The exit code is 1 where a build would fail or have no base, else 0.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var flags config.Flags
			flags.Register(fs)
			asJSON := fs.Bool("json", false, "print JSON: {version, findings: [{subject, level, text, next}]}; level is ok, warning or problem")
			return func(args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				return p.doctor(flags, *asJSON)
			}
		},
	}
}

// errSick says that doctor has found a problem.
var errSick = errors.New("a build here would fail, or have no tracking points: see the problems above")

func (p *program) doctor(flags config.Flags, asJSON bool) error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w; run it in a directory that exists", err)
	}
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	findings := doctor.Examine(context.Background(), doctor.Input{Dir: dir, Flags: flags, Getenv: p.getenv, Progress: progress.Step})
	progress.End()
	if asJSON {
		err = p.printJSON(struct {
			Version  int              `json:"version"`
			Findings []doctor.Finding `json:"findings"`
		}{1, findings})
	} else {
		p.printFindings(findings)
	}
	if err == nil && slices.ContainsFunc(findings, func(f doctor.Finding) bool { return f.Level == doctor.Problem }) {
		return errSick
	}
	return err
}

// printFindings prints a line for each finding, and below it what to do.
func (p *program) printFindings(findings []doctor.Finding) {
	for _, f := range findings {
		fmt.Fprintf(p.stdout, "%-7s  %-13s  %s\n", f.Level, f.Subject, terminal.Line(f.Text))
		if f.Next != "" {
			fmt.Fprintf(p.stdout, "%24s → %s\n", "", terminal.Line(f.Next))
		}
	}
}
