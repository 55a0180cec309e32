package programs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/proof/programs"
	"github.com/goat-trace/goat/internal/trace"
)

// TestRecorded runs programs without goat, and with all of their steps recorded: they
// must do the same, and what was recorded must be readable to its end.
func TestRecorded(t *testing.T) {
	s := newSuite(t, func(recipe string) bool {
		return recipe == "run" || recipe == "rundir" || recipe == "runoutput" || recipe == "errorcheckandrundir"
	})
	t.Run("plain", func(t *testing.T) { s.recorded(t) })
	if all() {
		t.Run("race", func(t *testing.T) { s.recorded(t, "-race") })
	}
}

func (s *suite) recorded(t *testing.T, flags ...string) {
	plainDir, dir := t.TempDir(), t.TempDir()
	plain, err := s.module.Build(programs.Variant{Flags: flags}, plainDir)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := s.module.Build(programs.Variant{Goat: s.goat, Granularity: "func", Trace: "./...", Flags: flags}, dir)
	if err != nil {
		t.Fatal(err)
	}
	s.report(t, s.module.CompareOutcomes(plain, outcomes))
	diffs, err := s.module.CompareRuns(plainDir, dir, t.TempDir(), readable)
	if err != nil {
		t.Fatal(err)
	}
	s.reportRecorded(t, diffs)
}

// recordedDiffers are the programs that do otherwise when their steps can be
// recorded, and why.
var recordedDiffers = map[string]string{
	"run/traces": "the compiler names a literal in a literal after the function that it inlines the outer one into, and a function that can be recorded is not inlined",
}

func (s *suite) reportRecorded(t *testing.T, diffs []programs.Difference) {
	t.Helper()
	for _, d := range diffs {
		if reason := recordedDiffers[d.Program]; reason != "" {
			t.Logf("%s differs: %s", d.Program, reason)
		} else {
			s.report(t, []programs.Difference{d})
		}
	}
}

// readable says what is wrong with the runs in a directory, "" for nothing. A program
// may start itself again, so there may be several.
func readable(dir string) string {
	runs, err := trace.List(dir)
	if err != nil {
		return fmt.Sprintf("reading what was recorded: %v", err)
	}
	for _, run := range runs {
		r, err := trace.Open(run)
		if err != nil {
			return fmt.Sprintf("reading what was recorded: %v", err)
		}
		if len(r.Problems) > 0 {
			return "what was recorded is damaged: " + strings.Join(r.Problems, "; ")
		}
		for _, tr := range r.Traces {
			if wrong := walk(tr); wrong != "" {
				return fmt.Sprintf("trace %d: %s", tr.Number, wrong)
			}
		}
	}
	return ""
}

// walk reads a trace to its end and counts its steps.
func walk(tr *trace.Trace) string {
	w := tr.Walk()
	defer w.Close()
	var steps uint64
	for {
		it, ok := w.Next()
		if !ok {
			break
		}
		switch it.What {
		case trace.Stepped:
			steps++
			if c := w.Calls[len(w.Calls)-1]; c.At() == nil {
				return fmt.Sprintf("step %d has no location", it.Step)
			}
		case trace.Damaged:
			return it.Err.Error()
		case trace.Gap:
			return fmt.Sprintf("%d steps are missing before step %d", it.Missing, it.Step+1)
		}
	}
	if steps != tr.Steps {
		return fmt.Sprintf("got %d steps, want the %d that its segments have", steps, tr.Steps)
	}
	return ""
}
