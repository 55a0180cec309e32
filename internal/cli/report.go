package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/report"
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

With -push they are sent to the hub, where they stand beside what instances of
releases ran, and are never counted as theirs: goat test -hits tests/ ./... && goat
report -push tests/. The run has the name and the address of the CI job (GitHub,
GitLab, Jenkins), or GOAT_TESTS_NAME and GOAT_TESTS_URL; GOAT_HUB_TOKEN has a token
with the role push.

Exit codes: 0 done; 1 some place could not be read, the rest is reported; 2 the
command line is wrong.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			r := &reporter{program: p}
			fs.StringVar(&r.format, "format", "text", "write this `format`: "+strings.Join(report.FormatNames(), ", "))
			fs.StringVar(&r.out, "o", "", "write to this `file`; it appears whole or not at all")
			fs.StringVar(&r.merge, "merge", "", "add the hits to this Go cover profile, a `file`; writes a profile")
			fs.BoolVar(&r.diffCover, "diff-cover", false, "report the numbers of the diff_cover tool, as text, json or markdown; with -patchfile")
			fs.StringVar(&r.patchfile, "patchfile", "", "with -diff-cover: the diff, a `file` that git diff wrote")
			fs.StringVar(&r.lcov, "lcov", "", "with -diff-cover: measure by this LCOV tracefile, a `file`, in place of points")
			fs.StringVar(&r.commit, "commit", "", "report builds from this `commit` only; its beginning will do")
			fs.StringVar(&r.component, "component", "", "report these components only: `names` or ids, separated by commas")
			fs.Var(&r.tests, "tests", "what this `place` has was run by tests; may be given several times")
			fs.BoolVar(&r.push, "push", false, "send the hits to the hub, as those of a test run; writes no report")
			fs.StringVar(&r.hub, "hub", "", "with -push: the hub's `URL`, in place of GOAT_HUB")
			fs.DurationVar(&r.pushWait, "push-wait", 2*time.Minute, "with -push: try again for this `time` while the hub is away")
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
	patchfile, lcov                       string
	diffCover, push                       bool
	hub                                   string
	pushWait                              time.Duration
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
	if err := r.checkDiffCover(args); err != nil {
		return err
	}
	if r.push || r.hub != "" {
		return r.pushTests(args)
	}
	if r.lcov != "" {
		return r.writeDiffCover(nil)
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
		if format, err = r.merging(); err != nil {
			return err
		}
	}
	if n := len(read.report.Releases); format.One && n > 1 {
		fmt.Fprintf(r.stderr, "goat report: a %s is about one release, and this one about %s; choose another of the %d with -commit\n", format.Name, read.report.Releases[0].Title, n)
	}
	if r.diffCover {
		err = r.writeDiffCover(read.report)
	} else {
		err = r.write(func(w io.Writer) error { return format.Write(w, read.report) })
	}
	if err != nil {
		return err
	}
	if read.missing > 0 {
		return &exitCode{code: exitError} // the problems have been printed
	}
	return nil
}

// maxProfile limits the size of the profile to which hits are added.
const maxProfile = 256 << 20

// merging is the format for adding hits to a profile.
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

// write writes the report to the file that the user named, or to standard output.
func (r *reporter) write(write func(io.Writer) error) error {
	if r.out == "" || r.out == "-" {
		return write(r.stdout)
	}
	return writeFile(r.out, write)
}

func (r *reporter) checkDiffCover(args []string) error {
	switch {
	case !r.diffCover && (r.patchfile != "" || r.lcov != ""):
		return usagef("-patchfile and -lcov belong to -diff-cover; add it")
	case !r.diffCover:
		return nil
	case r.patchfile == "":
		return usagef("-diff-cover wants the diff; write -patchfile FILE, with what git diff wrote")
	case r.merge != "" || r.format != "text" && r.format != "json" && r.format != "markdown":
		return usagef("-diff-cover is text, json or markdown; leave -merge and other formats out")
	case r.lcov != "" && len(args)+len(r.tests) > 0:
		return usagef("-lcov measures in place of places; leave one of the two out")
	}
	return nil
}

// writeDiffCover writes diff_cover's numbers, for a report or for the file that
// -lcov names.
func (r *reporter) writeDiffCover(rep *report.Report) error {
	text, err := bounded.ReadFile(r.patchfile, maxProfile)
	if err != nil {
		return fmt.Errorf("reading the diff of -patchfile: %w", err)
	}
	added, err := report.AddedLines(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("reading the diff of -patchfile, %s: %w", r.patchfile, err)
	}
	name, measured := "goat", report.Measured(nil)
	if rep != nil {
		measured = rep.Measured()
	} else {
		text, err := bounded.ReadFile(r.lcov, maxProfile)
		if err != nil {
			return fmt.Errorf("reading the tracefile of -lcov: %w", err)
		}
		name = "LCOV"
		if measured, err = report.ReadLCOV(bytes.NewReader(text)); err != nil {
			return fmt.Errorf("reading the tracefile of -lcov, %s: %w", r.lcov, err)
		}
	}
	d := report.NewDiffCover(name, filepath.Base(r.patchfile), measured, added)
	return r.write(func(w io.Writer) error { return d.Write(w, r.format) })
}
