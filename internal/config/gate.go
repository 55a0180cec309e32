package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// GateRule says how much of some changed code has to have run.
type GateRule struct {
	Min     float64 // percent, 0 to 100
	By      string  // "" for all of it, or one of GateGroups
	Pattern string  // of By
}

// GateGroups are what a rule can be about.
func GateGroups() []string { return []string{"component", "package", "owner", "kind"} }

// GateKinds are the kinds of a rule by kind: error paths, what is none, or a kind of
// point.
func GateKinds() []string {
	return []string{"error", "plain", "stmt", "then", "else", "default", "case", "loop", "func", "manual"}
}

// ParseGateRule reads "80", "95 package example.com/app/...", "90 owner @team",
// "50 component worker" or "0 kind error".
func ParseGateRule(text string) (GateRule, error) {
	fields := strings.Fields(text)
	if len(fields) != 1 && len(fields) != 3 {
		return GateRule{}, fmt.Errorf("%q is no rule; write a percentage, or one with what it is about, as 95 package example.com/app", text)
	}
	least, err := strconv.ParseFloat(strings.TrimSuffix(fields[0], "%"), 64)
	if err != nil || !(least >= 0 && least <= 100) {
		return GateRule{}, fmt.Errorf("%q is no percentage; write a number from 0 to 100", fields[0])
	}
	rule := GateRule{Min: least}
	if len(fields) == 1 {
		return rule, nil
	}
	rule.By, rule.Pattern = fields[1], fields[2]
	switch {
	case !slices.Contains(GateGroups(), rule.By):
		return GateRule{}, fmt.Errorf("a rule cannot be about %q; use %s", rule.By, strings.Join(GateGroups(), ", "))
	case rule.By == "kind" && !slices.Contains(GateKinds(), rule.Pattern):
		return GateRule{}, fmt.Errorf("there is no kind %q; use %s", rule.Pattern, strings.Join(GateKinds(), ", "))
	}
	return rule, nil
}

// String writes a rule as goat.yaml has it.
func (r GateRule) String() string {
	least := strconv.FormatFloat(r.Min, 'f', -1, 64)
	if r.By == "" {
		return least
	}
	return least + " " + r.By + " " + r.Pattern
}

func checkGateRule(text string) string {
	if _, err := ParseGateRule(text); err != nil {
		return err.Error()
	}
	return ""
}
