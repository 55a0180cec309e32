package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// GateRule says how much of some changed code has to have run.
type GateRule struct {
	Min     float64 // percent, 0 to 100
	By      string  // "" for all of it, one of GateGroups, or one of GateConditions
	Pattern string  // of By; of a condition its value as it was written

	Age  time.Duration // with By "age": the release must be this old
	Pods int           // with By "pods": this many processes must have said what ran
}

// GateConditions are what a rule can ask of the release itself, and not of its code.
func GateConditions() []string { return []string{"age", "pods"} }

// IsCondition reports whether a rule is about the release itself.
func (r GateRule) IsCondition() bool { return slices.Contains(GateConditions(), r.By) }

// GateGroups are what a rule can be about.
func GateGroups() []string { return []string{"component", "package", "owner", "kind"} }

// GateKinds are the kinds of a rule by kind: error paths, what is none, or a kind of
// point.
func GateKinds() []string {
	return []string{"error", "plain", "stmt", "then", "else", "default", "case", "loop", "func", "manual"}
}

// ParseGateRule reads "80", "95 package example.com/app/...", "90 owner @team",
// "50 component worker", "0 kind error", "age 24h" or "pods 3".
func ParseGateRule(text string) (GateRule, error) {
	fields := strings.Fields(text)
	if len(fields) == 2 && slices.Contains(GateConditions(), fields[0]) {
		return parseCondition(fields[0], fields[1])
	}
	if len(fields) != 1 && len(fields) != 3 {
		return GateRule{}, fmt.Errorf("%q is no rule; write a percentage, one with what it is about, as 95 package example.com/app, or age 24h, pods 3", text)
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

func parseCondition(by, value string) (GateRule, error) {
	rule := GateRule{By: by, Pattern: value}
	var err error
	if by == "age" {
		if rule.Age, err = time.ParseDuration(value); err != nil || rule.Age < 0 {
			return GateRule{}, fmt.Errorf("%q is no age; write for example age 24h", value)
		}
		return rule, nil
	}
	if rule.Pods, err = strconv.Atoi(value); err != nil || rule.Pods < 0 {
		return GateRule{}, fmt.Errorf("%q is no number of pods; write for example pods 3", value)
	}
	return rule, nil
}

// GateRules reads rules. If several are about all changed code, the first one counts;
// if none is about code, all of it must have run.
func GateRules(texts []string) ([]GateRule, error) {
	var rules []GateRule
	all, code := false, false
	for _, text := range texts {
		rule, err := ParseGateRule(text)
		if err != nil {
			return nil, err
		}
		if rule.By == "" && all {
			continue
		}
		all, code = all || rule.By == "", code || !rule.IsCondition()
		rules = append(rules, rule)
	}
	if !code {
		rules = append([]GateRule{{Min: 100}}, rules...)
	}
	return rules, nil
}

// String writes a rule as goat.yaml has it.
func (r GateRule) String() string {
	if r.IsCondition() {
		return r.By + " " + r.Pattern
	}
	least := strconv.FormatFloat(r.Min, 'f', -1, 64)
	if r.By == "" {
		return least
	}
	return least + " " + r.By + " " + r.Pattern
}

// Name is the rule as people read it.
func (r GateRule) Name() string {
	if r.By == "" {
		return r.String() + " of all changed code"
	}
	return r.String()
}

func checkGateRule(text string) string {
	if _, err := ParseGateRule(text); err != nil {
		return err.Error()
	}
	return ""
}
