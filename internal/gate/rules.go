package gate

import (
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// Result is the outcome of a rule for a release.
type Result struct {
	Rule    config.GateRule
	Totals  report.Totals
	Missing []*report.Point // its points that never ran
}

// Passed reports whether enough has run. A rule that applies to no point passes.
func (r *Result) Passed() bool {
	return coverage.Total{Total: r.Totals.Wanted(), Covered: r.Totals.Covered}.Reaches(r.Rule.Min)
}

// Apply applies rules to a release. If a rule is about a kind of points, these
// count in that rule and in no other: "0 kind error" excuses error paths.
func Apply(rules []config.GateRule, r *report.Release) []Result {
	results := make([]Result, len(rules))
	matches := make([]func(*report.Point) bool, len(rules))
	for i, rule := range rules {
		results[i].Rule, matches[i] = rule, matcher(rule, r)
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
