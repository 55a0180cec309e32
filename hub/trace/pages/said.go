package pages

import (
	"context"
	"fmt"
	"slices"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// verdict is what can be said of a step, or was.
type verdict struct {
	Name    string
	Address string // of the page after that
	Step    uint64
}

var verdictNames = map[relations.Verdict]string{
	relations.Right: "right", relations.WrongValue: "wrong value", relations.ShouldNotRun: "should not have run",
	relations.LeftOut: "should have gone the other way", relations.CannotTell: "cannot tell",
}

// judge sets what can be said of the step, what was said so far, and where to look
// next.
func (b *stepBody) judge(ctx context.Context, said []relations.Feedback) error {
	others := make([]relations.Feedback, 0, len(said)+1)
	for _, f := range said {
		if f.Step != b.At.Number {
			others = append(others, f)
		}
	}
	var failed error
	add := func(name string, v relations.Verdict, variable string) {
		list := slices.Concat(others, []relations.Feedback{{Step: b.At.Number, Verdict: v, Variable: variable}})
		next := b.At.Number
		if s, err := b.Trace.Suspect(ctx, list); err == nil {
			next = s.Step.Number
		} else {
			failed = err
		}
		b.Verdicts = append(b.Verdicts, verdict{Name: name, Address: stepAddress(b.Run.Number, b.Trace.Number, next, relations.FormatFeedback(list), "")})
	}
	add("Right", relations.Right, "")
	for _, name := range b.names() {
		add("Wrong value: "+name, relations.WrongValue, name)
	}
	add("Should not have run", relations.ShouldNotRun, "")
	if b.At.Outcome != trace.NoCondition {
		add("Should have gone the other way", relations.LeftOut, "")
	}
	add("Can’t tell", relations.CannotTell, "")
	for i, f := range said {
		name := fmt.Sprintf("step %d: %s", f.Step, verdictNames[f.Verdict])
		if f.Variable != "" {
			name += " of " + f.Variable
		}
		rest := append(append([]relations.Feedback{}, said[:i]...), said[i+1:]...)
		b.Given = append(b.Given, verdict{Name: name, Step: f.Step, Address: stepAddress(b.Run.Number, b.Trace.Number, f.Step, relations.FormatFeedback(rest), "")})
	}
	if len(said) > 0 && failed == nil {
		b.Next, failed = b.Trace.Suspect(ctx, said)
	}
	return failed
}

// names are the variables of the step that a reader may find wrong. The names of
// expressions with a comma or a colon cannot be in an address.
func (b *stepBody) names() []string {
	var list []string
	seen := make(map[string]bool)
	for _, x := range b.Arrays {
		if x.Called == "" && !seen[x.Name] && len(list) < 8 {
			seen[x.Name] = true
			list = append(list, x.Name)
		}
	}
	return list
}
