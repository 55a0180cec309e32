package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/terminal"
)

// readInput is what a report is made from.
type readInput struct {
	command           string
	names, tests      []string
	commit, component string
	timeout           time.Duration
	mayLack           bool // it is no error if nothing of the commit was found
}

// reading is a report, and how many places are missing from it.
type reading struct {
	report  *report.Report
	missing int
	reached int // processes and binaries
}

// readReport asks all places and makes a report from their answers.
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

// sayWrong says which excuses excuse nothing.
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

// sides separates what tests ran from the rest. It returns the releases to report,
// and what tests ran of them, which is nil if there are only tests or no tests.
// Stable ids identify code, so a test of another commit, or of a tree with changes,
// counts for the code that is the same.
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
