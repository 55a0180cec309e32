package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/gate"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/terminal"
)

// printVerdict prints a decision in a format.
func printVerdict(w io.Writer, format string, d *gate.Decision) error {
	switch format {
	case "json":
		return printGateJSON(w, d)
	case "junit":
		return report.WriteChecks(w, gateTitle(d), gateChecks(d), time.Now())
	}
	return printGate(w, d)
}

func gateTitle(d *gate.Decision) string {
	switch {
	case d.Title != "":
		return d.Title
	case d.Release == nil:
		return "goat gate"
	}
	return d.Release.Title
}

// printGate prints the rules, and the code that never ran for those that are not
// met.
func printGate(w io.Writer, d *gate.Decision) error {
	if d.Verdict == gate.Unknown {
		return nil // the error says it
	}
	if _, err := fmt.Fprintf(w, "%s: %s: %s\n", terminal.Line(gateTitle(d)), d.Verdict, terminal.Line(d.Why)); err != nil {
		return err
	}
	rules := terminal.Table{Above: "\n", Titles: []string{"", "RULE", "COVERED", "", "NEVER", "EXCUSED"}, Right: []int{2, 3, 4, 5}}
	err := rules.Print(w, func(add terminal.AddRow) error {
		for _, r := range d.Results {
			mark := "✓"
			if !r.Passed() {
				mark = "✗"
			}
			if r.Rule.IsCondition() {
				add("", mark, r.Rule.Name(), r.Have)
				continue
			}
			t := r.Totals
			add("", mark, r.Rule.Name(), fmt.Sprintf("%d of %d", t.Covered, t.Wanted()), strconv.Itoa(t.Percent())+"%", strconv.Itoa(t.Missing), strconv.Itoa(t.Excused))
		}
		return nil
	})
	if err != nil || d.Verdict == gate.Passed {
		return err
	}
	missing := terminal.Table{Above: "\n", Titles: []string{"NEVER RAN", "FUNC", "KIND", "ERROR PATH", "OWNER"}}
	return missing.Print(w, func(add terminal.AddRow) error {
		for _, p := range d.Missing() {
			add("", p.Place(), p.Func, p.Kind, map[bool]string{true: "yes"}[p.ErrorPath], strings.Join(p.Owners, ","))
		}
		return nil
	})
}

// gateChecks makes a test case of each rule.
func gateChecks(d *gate.Decision) []report.Check {
	if d.Verdict == gate.Unknown {
		return []report.Check{{Class: "goat.gate", Name: "verdict", Failure: "it cannot be said: " + d.Why}}
	}
	var checks []report.Check
	for i := range d.Results {
		r := &d.Results[i]
		c := report.Check{Class: "goat.gate", Name: r.Rule.Name()}
		if !r.Passed() {
			c.Failure = r.Wants()
			var lines []string
			for _, p := range r.Missing {
				lines = append(lines, p.Place()+": "+p.Sentence())
			}
			c.Details = strings.Join(lines, "\n")
		}
		checks = append(checks, c)
	}
	return checks
}

func printGateJSON(w io.Writer, d *gate.Decision) error {
	text, err := json.MarshalIndent(d.Document(), "", "  ")
	if err != nil {
		return fmt.Errorf("encoding JSON: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", terminal.JSON(text))
	return err
}
