package relations

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/goat-trace/goat/hub/trace"
)

// Link is one step of an answer to why.
type Link struct {
	*Step
	Depth  int    // how far it is from what was asked
	From   uint64 // the step that it explains, 0 for the first
	Reason string // how it explains it
	Name   string // of the variable that the reason is about, "" for none
	Value  string // of it
}

// Answer is a chain of steps that explain another one.
type Answer struct {
	Links []Link
	// More says what was left out, "" for nothing.
	More string
}

// ErrVariable says that a step has no such variable.
type ErrVariable struct {
	Step uint64
	Name string
	Has  []string
}

func (e ErrVariable) Error() string {
	if len(e.Has) == 0 {
		return fmt.Sprintf("step %d neither reads nor writes a variable", e.Step)
	}
	return fmt.Sprintf("step %d neither reads nor writes %q; it has %s", e.Step, e.Name, strings.Join(e.Has, ", "))
}

// WhyValue follows a value back: to the step that wrote what a step reads, to what
// that one read, and so on, at most limit steps. It begins with a variable that the
// step reads or writes; "" is all that it reads.
func (t *Trace) WhyValue(ctx context.Context, step uint64, variable string, limit int) (*Answer, error) {
	first, err := t.Step(ctx, step)
	if err != nil {
		return nil, err
	}
	if variable != "" && !first.has(variable) {
		return nil, ErrVariable{step, variable, first.names()}
	}
	answer := &Answer{Links: []Link{{Step: first, Reason: "asked for", Name: variable}}}
	seen := map[uint64]bool{step: true}
	level := t.sources(first, variable)
	for depth := 1; len(level) > 0; depth++ {
		var numbers []uint64
		for _, s := range level {
			if !seen[s.step] && !slices.Contains(numbers, s.step) {
				numbers = append(numbers, s.step)
			}
		}
		if room := limit - len(answer.Links); len(numbers) > room {
			answer.More = fmt.Sprintf("%d more steps are behind it", len(numbers)-room)
			numbers = numbers[:max(room, 0)]
		}
		found, err := t.StepsAt(ctx, numbers)
		if err != nil {
			return nil, err
		}
		var next []source
		for i := range found {
			s := &found[i]
			seen[s.Number] = true
			at := slices.IndexFunc(level, func(o source) bool { return o.step == s.Number })
			o := level[at]
			answer.Links = append(answer.Links, Link{Step: s, Depth: depth, From: o.from, Reason: o.reason, Name: o.name, Value: o.value})
			next = append(next, t.sources(s, o.through)...)
		}
		if answer.More != "" {
			break
		}
		level = next
	}
	return answer, nil
}

// source is a step that a value comes from.
type source struct {
	step, from          uint64
	reason, name, value string
	through             string // the variable there that matters, "" for all
}

// sources returns where what a step reads comes from. With a variable that it reads
// it is that one alone.
func (t *Trace) sources(s *Step, variable string) []source {
	only := false // what it writes comes from all that it reads
	for _, r := range s.Reads {
		only = only || variable != "" && r.Name == variable && !s.writes(variable)
	}
	var list []source
	for _, r := range s.Reads {
		if only && r.Name != variable || r.Step == 0 {
			continue
		}
		reason := "wrote"
		if r.Argument {
			reason = "passed"
		}
		if r.Certainty >= trace.ByAddress {
			reason += " (" + r.Certainty.String() + ")"
		}
		if r.Unknown != Known {
			reason += " (" + string(r.Unknown) + " in between)"
		}
		list = append(list, source{step: r.Step, from: s.Number, reason: reason, name: r.Name, value: r.Text})
	}
	if only {
		return list
	}
	for _, r := range t.returns(s.Number) {
		list = append(list, source{step: r, from: s.Number, reason: "returned to it"})
	}
	return list
}

// returns gives the last steps of the calls that a step made, as far as they ended in
// its segment, if that is in memory.
func (t *Trace) returns(step uint64) []uint64 {
	n, err := t.entryOf(step)
	if err != nil {
		return nil
	}
	p := t.Run.engine.cache.get(t.place(n))
	if p == nil {
		return nil
	}
	var list []uint64
	for _, i := range p.called(step) {
		c := &p.Calls[i]
		if len(list) == maxArguments {
			break
		}
		for j := c.Last; j >= 0; j = p.Steps[j].Before { // deferred calls are not in it
			if l := p.Location(j); l != nil && l.Kind == "return" {
				list = append(list, p.Number(j))
				break
			}
		}
	}
	return list
}

func (s *Step) has(name string) bool { return slices.Contains(s.names(), name) }

func (s *Step) writes(name string) bool {
	return slices.ContainsFunc(s.Writes, func(a Access) bool { return a.Called == "" && a.Name == name })
}

func (s *Step) names() []string {
	var list []string
	for _, a := range append(slices.Clone(s.Reads), s.Writes...) {
		if !slices.Contains(list, a.Name) && a.Called == "" {
			list = append(list, a.Name)
		}
	}
	return list
}

// WhyStep follows back what decided that a step runs: the condition, round or case
// in its call, else the step that made the call, and so on to the beginning of the
// trace, at most limit steps.
func (t *Trace) WhyStep(ctx context.Context, step uint64, limit int) (*Answer, error) {
	s, err := t.Step(ctx, step)
	if err != nil {
		return nil, err
	}
	answer := &Answer{Links: []Link{{Step: s, Reason: "asked for"}}}
	for depth := 1; ; depth++ {
		next, reason, why := s.ControlDominator, "", s.ControlUnknown
		if next == 0 && why == Known {
			next, reason, why = s.InvocationParent, "made the call of "+short(s.Name), s.ParentUnknown
		}
		if next == 0 && why != Known {
			answer.More = "what is before is not known: " + string(why)
			return answer, nil
		}
		if next == 0 {
			if number, step := t.Parent(); number > 0 {
				answer.More = fmt.Sprintf("step %d of trace %d has started the goroutine", step, number)
			}
			return answer, nil
		}
		if len(answer.Links) > limit {
			answer.More = fmt.Sprintf("it goes on at step %d", next)
			return answer, nil
		}
		from := s.Number
		if s, err = t.Step(ctx, next); err != nil {
			return nil, err
		}
		if reason == "" {
			reason = s.decided()
		}
		answer.Links = append(answer.Links, Link{Step: s, Depth: depth, From: from, Reason: reason})
	}
}

func short(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// decided says what a step has decided.
func (s *Step) decided() string {
	switch {
	case s.Outcome == trace.Met:
		return "the condition was met"
	case s.Outcome == trace.NotMet:
		return "the condition was not met"
	case s.Kind == "for" || s.Kind == "range":
		return "the loop was reached"
	case s.Kind == "round":
		return "the loop went on"
	case s.Kind == "switch" || s.Kind == "select":
		return "the case was chosen"
	}
	return "it decided"
}
