package relations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Verdict is what a reader says of a step.
type Verdict string

// The verdicts.
const (
	Right        Verdict = "right"           // all of it
	WrongValue   Verdict = "wrong-value"     // what it writes, or a variable that it reads
	ShouldNotRun Verdict = "should-not-run"  //
	CannotTell   Verdict = "cannot-tell"     //
	LeftOut      Verdict = "should-have-run" // of a condition: it should have gone the other way
)

// Feedback is what a reader has said of one step.
type Feedback struct {
	Step     uint64
	Verdict  Verdict
	Variable string // of a wrong value; "" for all that the step writes
}

// ParseFeedback reads "118:wrong-value:err", "96:right" and the like, separated by
// commas.
func ParseFeedback(text string) ([]Feedback, error) {
	var list []Feedback
	for _, item := range strings.Split(text, ",") {
		if strings.TrimSpace(item) == "" {
			continue
		}
		parts := strings.SplitN(strings.TrimSpace(item), ":", 3)
		var f Feedback
		if _, err := fmt.Sscanf(parts[0], "%d", &f.Step); err != nil || f.Step == 0 || len(parts) < 2 {
			return nil, fmt.Errorf("%q is no feedback; write a step and a verdict, as in 118:wrong-value:err or 96:right", item)
		}
		f.Verdict = Verdict(parts[1])
		switch f.Verdict {
		case Right, WrongValue, ShouldNotRun, CannotTell, LeftOut:
		default:
			return nil, fmt.Errorf("%q is no verdict; write right, wrong-value, should-not-run, should-have-run or cannot-tell", parts[1])
		}
		if len(parts) == 3 {
			f.Variable = parts[2]
		}
		list = append(list, f)
	}
	return list, nil
}

// FormatFeedback is the inverse of ParseFeedback.
func FormatFeedback(list []Feedback) string {
	var items []string
	for _, f := range list {
		item := fmt.Sprintf("%d:%s", f.Step, f.Verdict)
		if f.Variable != "" {
			item += ":" + f.Variable
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}

// Suspicion is where to look next.
type Suspicion struct {
	Step *Step
	// Found says that Step is where it goes wrong: what it uses was right.
	Found    bool
	Reason   string
	Variable string // that is in question, "" for none
}

// Suspect returns the next step to look at after what a reader has said, the last
// last. A wrong value leads to the step that wrote it, a step that should not have
// run to what decided that it ran. Where everything that a wrong step uses is right,
// that step is the cause. Without feedback it is the last step of the trace.
func (t *Trace) Suspect(ctx context.Context, said []Feedback) (*Suspicion, error) {
	verdicts := make(map[uint64]Feedback)
	var wrong []Feedback
	for _, f := range said {
		verdicts[f.Step] = f
	}
	for _, f := range said {
		if verdicts[f.Step] == f && (f.Verdict == WrongValue || f.Verdict == ShouldNotRun || f.Verdict == LeftOut) {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) == 0 {
		return t.suspectFirst(ctx, said, verdicts)
	}
	// The wrong step that was found last explains those before it.
	at := wrong[len(wrong)-1]
	s, err := t.Step(ctx, at.Step)
	if err != nil {
		return nil, err
	}
	asked := map[uint64]bool{s.Number: true}
	level := t.causes(s, at)
	unsure := 0
	for len(level) > 0 {
		var deeper []source
		for _, c := range level {
			f, known := verdicts[c.step]
			if asked[c.step] || known && f.Verdict != CannotTell {
				continue
			}
			asked[c.step] = true
			next, err := t.Step(ctx, c.step)
			if err != nil {
				return nil, err
			}
			if !known {
				return &Suspicion{Step: next, Variable: c.name, Reason: c.suspicion(at)}, nil
			}
			unsure++
			deeper = append(deeper, t.causes(next, Feedback{Step: next.Number, Verdict: WrongValue})...)
		}
		level = deeper
	}
	reason := "everything that it uses was right, and it was not: look at this line"
	switch {
	case unsure > 0:
		reason = fmt.Sprintf("of what leads to it %d steps could not be judged, and the rest was right: look at this line, and then at those", unsure)
	case at.Verdict == LeftOut:
		reason = "what its condition reads was right, so the condition itself is wrong: look at this line"
	}
	return &Suspicion{Step: s, Found: true, Reason: reason, Variable: at.Variable}, nil
}

// suspectFirst begins at the end of the trace.
func (t *Trace) suspectFirst(ctx context.Context, said []Feedback, verdicts map[uint64]Feedback) (*Suspicion, error) {
	for n := t.Last(); n > 0; n-- {
		if _, ok := verdicts[n]; ok {
			continue
		}
		s, err := t.Step(ctx, n)
		if missing := (ErrNoStep{}); errors.As(err, &missing) && missing.Missing {
			continue
		}
		if err != nil {
			return nil, err
		}
		reason := "it is the last step of the trace: say whether what it has is right"
		if len(said) > 0 {
			reason = "nothing is wrong so far, and this step has not been judged"
		}
		return &Suspicion{Step: s, Reason: reason}, nil
	}
	return nil, ErrNoStep{Trace: t.Number, Step: 1, Last: t.Last()}
}

// causes are the steps that can be the cause of what is wrong with a step, the most
// suspicious first.
func (t *Trace) causes(s *Step, f Feedback) []source {
	var list []source
	if f.Verdict != ShouldNotRun {
		list = t.sources(s, f.Variable)
		slices.SortStableFunc(list, func(a, b source) int { return int(b.step) - int(a.step) })
	}
	if f.Verdict == LeftOut {
		return list
	}
	switch {
	case s.ControlDominator > 0:
		list = append(list, source{step: s.ControlDominator, from: s.Number, reason: "decided"})
	case s.InvocationParent > 0:
		list = append(list, source{step: s.InvocationParent, from: s.Number, reason: "called"})
	}
	return list
}

// suspicion says why a cause is looked at.
func (c source) suspicion(of Feedback) string {
	switch {
	case c.reason == "decided":
		return fmt.Sprintf("it decided that step %d runs", c.from)
	case c.reason == "called":
		return fmt.Sprintf("it made the call in which step %d is", c.from)
	case c.reason == "returned to it":
		return fmt.Sprintf("its call returned to step %d, which is wrong", c.from)
	case c.value != "":
		return fmt.Sprintf("it %s %s = %s, which step %d uses", c.reason, c.name, c.value, c.from)
	}
	return fmt.Sprintf("step %d, which is wrong, uses what it does", of.Step)
}
