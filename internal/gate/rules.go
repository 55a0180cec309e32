package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// Facts are what rules can ask of the release itself.
type Facts struct {
	Age  time.Duration // since its first process started; 0 if not known
	Pods int           // processes that have said what ran
}

// Result is the outcome of a rule for a release.
type Result struct {
	Rule    config.GateRule
	Totals  report.Totals
	Missing []*report.Point // its points that never ran

	// Met says that a rule about the release itself is met, and Have what the release
	// has; both are for conditions alone.
	Met  bool
	Have string
}

// Passed reports whether enough has run. A rule that applies to no point passes.
func (r *Result) Passed() bool {
	if r.Rule.IsCondition() {
		return r.Met
	}
	return coverage.Total{Total: r.Totals.Wanted(), Covered: r.Totals.Covered}.Reaches(r.Rule.Min)
}

// Wants says what a rule asks for, and what there is: "5 of 10 points covered, which is
// less than 80%", "2 pods, and 3 are wanted".
func (r *Result) Wants() string {
	if r.Rule.IsCondition() {
		return fmt.Sprintf("%s, and %s is wanted", r.Have, r.Rule.Pattern)
	}
	return fmt.Sprintf("%d of %d points covered, which is less than %v%%", r.Totals.Covered, r.Totals.Wanted(), r.Rule.Min)
}

// condition decides a rule about the release itself.
func (r *Result) condition(facts Facts) {
	switch r.Rule.By {
	case "age":
		r.Met, r.Have = facts.Age >= r.Rule.Age, "age "+facts.Age.Truncate(time.Second).String()
	case "pods":
		r.Met, r.Have = facts.Pods >= r.Rule.Pods, fmt.Sprintf("pods %d", facts.Pods)
	}
}

// Apply applies rules to a release. If a rule is about a kind of points, these
// count in that rule and in no other: "0 kind error" excuses error paths.
func Apply(rules []config.GateRule, r *report.Release, facts Facts) []Result {
	results := make([]Result, len(rules))
	matches := make([]func(*report.Point) bool, len(rules))
	for i, rule := range rules {
		results[i].Rule, matches[i] = rule, matcher(rule, r)
		results[i].condition(facts)
	}
	for _, f := range r.Files {
		for _, p := range f.Points {
			kinds := false
			for i, rule := range rules {
				if rule.By == "kind" && matches[i](p) {
					results[i].add(p)
					kinds = true
				}
			}
			for i, rule := range rules {
				if !kinds && rule.By != "kind" && matches[i](p) {
					results[i].add(p)
				}
			}
		}
	}
	return results
}

func (r *Result) add(p *report.Point) {
	r.Totals.Add(p)
	if p.Missing() {
		r.Missing = append(r.Missing, p)
	}
}

// matcher returns what a rule is about.
func matcher(rule config.GateRule, r *report.Release) func(*report.Point) bool {
	switch rule.By {
	case "age", "pods":
		return func(*report.Point) bool { return false }
	case "component":
		in := make(map[int]bool)
		for _, point := range r.ComponentPoints(rule.Pattern) {
			in[point] = true
		}
		return func(p *report.Point) bool { return in[p.Index] }
	case "package":
		in := make(map[int]bool)
		for _, point := range r.Select(coverage.Filter{Package: []string{rule.Pattern}, Order: coverage.IDAscending}) {
			in[point] = true
		}
		return func(p *report.Point) bool { return in[p.Index] }
	case "owner":
		return func(p *report.Point) bool {
			return slices.ContainsFunc(p.Owners, func(owner string) bool { return strings.EqualFold(owner, rule.Pattern) })
		}
	case "kind":
		return func(p *report.Point) bool {
			switch rule.Pattern {
			case "error":
				return p.ErrorPath
			case "plain":
				return !p.ErrorPath
			}
			return p.Kind == rule.Pattern
		}
	}
	return func(*report.Point) bool { return true }
}
