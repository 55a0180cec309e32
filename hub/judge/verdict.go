package judge

import (
	"fmt"
	"slices"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gate"
	"github.com/goat-trace/goat/internal/report"
)

// Wanted says by which rules a release is judged.
type Wanted struct {
	Min   string   // percentage in place of the release's own rule for all code; "" for that
	Rules []string // further rules, as config.GateRules reads them
	// Base is what the build must have been compared with: a ref or the beginning of
	// a commit; "" for any.
	Base string
}

// Verdict is the gate's decision on a release.
type Verdict struct {
	gate.Decision
	From string // where the rules are from
}

// Verdict judges the release. The error is of kind fleet.Invalid for rules that
// cannot be read.
func (r *Release) Verdict(w Wanted) (Verdict, error) {
	texts, from := r.source.rules, r.source.named
	if len(texts) == 0 && len(r.fallback) > 0 {
		texts, from = r.fallback, "the hub's settings"
	}
	asked := w.Rules
	if w.Min != "" {
		asked = append([]string{w.Min}, w.Rules...)
	}
	var v Verdict
	switch {
	case len(asked) == 0 && from == "":
		v.From = "no settings: all changed code must have run"
	case len(asked) == 0:
		v.From = from
	case from == "":
		v.From = "the request"
	default:
		v.From = "the request, and " + from
	}
	rules, err := config.GateRules(slices.Concat(listOf(w.Min), texts, w.Rules))
	if err != nil {
		return v, fleet.Errorf(fleet.Invalid, "%v", err)
	}
	if v.Why = r.unknown(); v.Why != "" {
		v.Decision.Verdict = gate.Unknown
		return v, nil
	}
	g := gate.Gate{Rules: rules, Base: w.Base}
	v.Decision = g.Judge(&gate.Reading{
		Report: &report.Report{Releases: []*report.Release{r.Release}}, Reached: max(1, r.View.Summary.Measured), Time: r.Now,
		Facts: gate.Facts{Age: r.Now.Sub(r.View.FirstSeen), Pods: r.View.Summary.Measured},
	})
	return v, nil
}

// listOf is a list of a rule for all code, which counts before others.
func listOf(rule string) []string {
	if rule == "" {
		return nil
	}
	return []string{rule}
}

// unknown says why the release cannot be judged at all.
func (r *Release) unknown() string {
	s := &r.View.Summary
	switch {
	case s.Measured == 0 && s.Ran == 0:
		return "no instance of it has said what ran"
	case len(r.Coverage.Waiting) > 0:
		return fmt.Sprintf("the points of %d of its %d builds have not arrived yet", len(r.Coverage.Waiting), max(s.Builds, len(r.Coverage.Waiting)))
	case r.Release == nil:
		return "its builds have no tracking points: they were built without goat, or without changed code"
	case len(r.Coverage.Others) > 0:
		bases := []string{baseOf(r.Coverage.Build.Base, r.Coverage.Build.BaseCommit)}
		for _, other := range r.Coverage.Others {
			bases = append(bases, baseOf(other.Build.Base, other.Build.BaseCommit))
		}
		slices.Sort(bases)
		return fmt.Sprintf("its builds were compared with different bases: %s", join(slices.Compact(bases)))
	}
	return ""
}

func baseOf(ref, commit string) string {
	switch {
	case ref == "" && commit == "":
		return "none"
	case commit == "":
		return ref
	case ref == "":
		return fmt.Sprintf("%.10s", commit)
	}
	return fmt.Sprintf("%s (%.10s)", ref, commit)
}

func join(list []string) string {
	text := ""
	for i, s := range list {
		if i > 0 {
			text += ", "
		}
		text += s
	}
	return text
}
