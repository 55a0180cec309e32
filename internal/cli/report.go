package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/terminal"
)

func reportCommand() command {
	return command{
		name:  "report",
		args:  "[place ...]",
		short: "write what has run of the changed code, for people, pull requests and tools",
		long: `Report reads what goat track reads and writes it in a format:
` + formatHelp() + `
` + placesHelp + `

Hits of tests (goat test -hits DIR, or what -tests names) and those of other
programs stand side by side: what ran in tests only, in programs only, in both.
Code that "//goat:ignore until=2027-03-01 why" stands at is excused until that day.

Exit codes: 0 done; 1 some place could not be read, the rest is reported; 2 the
command line is wrong.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			r := &reporter{program: p}
			fs.StringVar(&r.format, "format", "text", "write this `format`: "+strings.Join(report.FormatNames(), ", "))
			fs.StringVar(&r.out, "o", "", "write to this `file`; it appears whole or not at all")
			fs.StringVar(&r.merge, "merge", "", "add the hits to this Go cover profile, a `file`; writes a profile")
			fs.StringVar(&r.commit, "commit", "", "report builds from this `commit` only; its beginning will do")
			fs.StringVar(&r.component, "component", "", "report these components only: `names` or ids, separated by commas")
			fs.Var(&r.tests, "tests", "what this `place` has was run by tests; may be given several times")
			fs.DurationVar(&r.timeout, "timeout", 10*time.Second, "wait this `time` for each place")
			return r.run
		},
	}
}

func formatHelp() string {
	var b strings.Builder
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "  %-12s  %s\n", f.Name, f.Short)
	}
	return b.String()
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// reporter is one call of the command.
type reporter struct {
	*program
	format, out, merge, commit, component string
	tests                                 list
	timeout                               time.Duration
}

func (r *reporter) run(args []string) error {
	format, err := report.Find(r.format)
	switch {
	case err != nil:
		return usageError{err}
	case r.timeout <= 0:
		return usagef("-timeout is %v; write for example 10s", r.timeout)
	case r.merge != "" && r.format != "text" && r.format != "profile":
		return usagef("-merge writes a Go cover profile; leave -format %s out", r.format)
	}
	if len(args)+len(r.tests) == 0 {
		args = r.orLocal(args)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	read, err := r.readReport(ctx, readInput{command: "report", names: args, tests: r.tests, commit: r.commit, component: r.component, timeout: r.timeout})
	if err != nil {
		return err
	}
	if r.merge != "" {
		format, err = r.merging()
	}
	if err != nil {
		return err
	}
	if n := len(read.report.Releases); format.One && n > 1 {
		fmt.Fprintf(r.stderr, "goat report: a %s is about one release, and this one about %s; choose another of the %d with -commit\n", format.Name, read.report.Releases[0].Title, n)
	}
	if err := r.write(format, read.report); err != nil {
		return err
	}
	if read.missing > 0 {
		return &exitCode{code: exitError} // it has been said
	}
	return nil
}

// maxProfile bounds the profile that hits are added to.
const maxProfile = 256 << 20

// merging is the format that adds hits to a profile.
func (r *reporter) merging() (report.Format, error) {
	text, err := bounded.ReadFile(r.merge, maxProfile)
	if err != nil {
		return report.Format{}, fmt.Errorf("reading the profile of -merge: %w", err)
	}
	profile, err := report.ReadCoverProfile(bytes.NewReader(text))
	if err != nil {
		return report.Format{}, fmt.Errorf("reading the profile of -merge, %s: %w", r.merge, err)
	}
	return report.Format{Name: "profile", Write: func(w io.Writer, rep *report.Report) error {
		for _, release := range rep.Releases {
			profile.Add(release)
		}
		return profile.Write(w)
	}}, nil
}

// write writes the report to where it is wanted.
func (r *reporter) write(format report.Format, rep *report.Report) error {
	if r.out == "" || r.out == "-" {
		return format.Write(r.stdout, rep)
	}
	return writeFile(r.out, func(w io.Writer) error { return format.Write(w, rep) })
}

// writeFile writes a file that appears whole or not at all. What is there and no
// regular file, such as /dev/stdout, is written to.
func writeFile(name string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("writing -o: %w; name a file that you may write", err)
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".goat-*.tmp")
	if err != nil {
		return fmt.Errorf("writing -o %s: %w; name a file in a directory that is there and that you may write", name, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err = errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err = os.Chmod(f.Name(), 0o644); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("writing -o: %w", err)
	}
	return nil
}

// readInput is what a report is to be made of.
type readInput struct {
	command           string
	names, tests      []string
	commit, component string
	timeout           time.Duration
	mayLack           bool // nothing of the commit is no error
}

// reading is a report, and how many places are missing in it.
type reading struct {
	report  *report.Report
	missing int
	reached int // processes and binaries
}

// readReport asks all places and makes a report of what they say.
func (p *program) readReport(ctx context.Context, in readInput) (*reading, error) {
	answer := p.readPlaces(ctx, in.timeout, in.names)
	processes := answer.Processes
	problems := answer.Problems
	tested := make(map[*coverage.Process]bool)
	if len(in.tests) > 0 {
		more := p.readPlaces(ctx, in.timeout, in.tests)
		problems = append(problems, more.Problems...)
		processes = append(processes, more.Processes...)
		for _, process := range more.Processes {
			tested[process] = true
		}
	}
	missing := p.sayProblems(in.command, problems)
	for _, process := range processes {
		if process.Build.IsTest() {
			tested[process] = true
		}
	}
	releases, ran := sides(processes, tested)
	n := &narrower{commit: in.commit, component: in.component}
	releases, err := n.narrow(releases)
	if err != nil && !in.mayLack {
		return nil, err
	}
	input := report.Input{Releases: releases, Tested: ran, Now: time.Now(), Goat: buildinfo.Version()}
	for _, problem := range problems {
		input.Problems = append(input.Problems, report.Problem{Place: problem.Place, Error: problem.Err.Error(), Note: problem.Note})
	}
	if len(releases) > 0 {
		found, err := findSources(ctx, releases)
		if err != nil {
			return nil, err
		}
		if input.Sources, err = p.reportSources(ctx, found, in.command); err != nil {
			return nil, err
		}
	}
	rep := report.New(input)
	p.sayWrong(rep, in.command)
	return &reading{report: rep, missing: missing, reached: len(processes)}, nil
}

// sayWrong says which excuses are none.
func (p *program) sayWrong(rep *report.Report, command string) {
	said := make(map[string]bool)
	for _, r := range rep.Releases {
		for _, text := range r.Wrong {
			if !said[text] {
				said[text] = true
				fmt.Fprintf(p.stderr, "goat %s: %s\n", command, terminal.Line(text))
			}
		}
	}
}

// sides parts what tests ran from the rest: the releases to be reported, and what
// tests ran of them, nil where there are only tests or none. Stable ids name code, so
// that a test of another commit, or of a tree with changes, vouches for the code that
// is the same.
func sides(processes []*coverage.Process, tested map[*coverage.Process]bool) ([]*coverage.Release, map[string]bool) {
	var tests, programs []*coverage.Process
	for _, process := range processes {
		if tested[process] {
			tests = append(tests, process)
		} else {
			programs = append(programs, process)
		}
	}
	if len(programs) == 0 || len(tests) == 0 {
		return coverage.Merge(processes), nil
	}
	ran := make(map[string]bool)
	for _, process := range tests {
		for i, n := range process.Counts {
			if n > 0 {
				ran[process.Build.Sites[i].StableID] = true
			}
		}
	}
	return coverage.Merge(programs), ran
}
