package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/config"
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
	if d.Release == nil {
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
				add("", mark, ruleName(r.Rule), r.Have)
				continue
			}
			t := r.Totals
			add("", mark, ruleName(r.Rule), fmt.Sprintf("%d of %d", t.Covered, t.Wanted()), strconv.Itoa(t.Percent())+"%", strconv.Itoa(t.Missing), strconv.Itoa(t.Excused))
		}
		return nil
	})
	if err != nil || d.Verdict == gate.Passed {
		return err
	}
	missing := terminal.Table{Above: "\n", Titles: []string{"NEVER RAN", "FUNC", "KIND", "ERROR PATH", "OWNER"}}
	return missing.Print(w, func(add terminal.AddRow) error {
		for _, p := range unmet(d) {
			add("", p.Place(), p.Func, p.Kind, map[bool]string{true: "yes"}[p.ErrorPath], strings.Join(p.Owners, ","))
		}
		return nil
	})
}

func ruleName(r config.GateRule) string {
	if r.By == "" {
		return r.String() + " of all changed code"
	}
	return r.String()
}

// unmet returns the points that never ran under the rules that are not met, each
// once.
func unmet(d *gate.Decision) (points []*report.Point) {
	seen := make(map[*report.Point]bool)
	for i := range d.Results {
		r := &d.Results[i]
		if r.Passed() {
			continue
		}
		for _, p := range r.Missing {
			if !seen[p] {
				seen[p] = true
				points = append(points, p)
			}
		}
	}
	return points
}

// gateChecks makes a test case of each rule.
func gateChecks(d *gate.Decision) []report.Check {
	if d.Verdict == gate.Unknown {
		return []report.Check{{Class: "goat.gate", Name: "verdict", Failure: "it cannot be said: " + d.Why}}
	}
	var checks []report.Check
	for i := range d.Results {
		r := &d.Results[i]
		c := report.Check{Class: "goat.gate", Name: ruleName(r.Rule)}
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

// gateVersion is raised when a member changes its meaning or goes away.
const gateVersion = 1

type (
	gateReport struct {
		Version int         `json:"version"`
		Verdict string      `json:"verdict"` // passed, failed, unknown
		Why     string      `json:"why"`
		Commit  string      `json:"commit"`
		Base    string      `json:"base"`
		Rules   []gateRule  `json:"rules"`
		Missing []gatePoint `json:"missing"`
	}
	gateRule struct {
		Rule        string `json:"rule"`
		Passed      bool   `json:"passed"`
		Covered     int    `json:"covered"`
		Missing     int    `json:"missing"`
		Excused     int    `json:"excused"`
		CoveredRate int    `json:"coveredRate"`
	}
	gatePoint struct {
		StableID string `json:"stableId"`
		Place    string `json:"place"`
		Func     string `json:"func"`
		Kind     string `json:"kind"`
	}
)

func printGateJSON(w io.Writer, d *gate.Decision) error {
	out := gateReport{Version: gateVersion, Verdict: d.Verdict.String(), Why: d.Why, Rules: []gateRule{}, Missing: []gatePoint{}}
	if d.Release != nil {
		out.Commit, out.Base = d.Release.Build.Commit, d.Release.Build.Base
	}
	for i := range d.Results {
		r := &d.Results[i]
		out.Rules = append(out.Rules, gateRule{r.Rule.String(), r.Passed(), r.Totals.Covered, r.Totals.Missing, r.Totals.Excused, r.Totals.Percent()})
	}
	for _, p := range unmet(d) {
		out.Missing = append(out.Missing, gatePoint{p.StableID, p.Place(), p.Func, p.Kind})
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding JSON: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", terminal.JSON(text))
	return err
}
