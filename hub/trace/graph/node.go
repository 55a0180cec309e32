package graph

import (
	"slices"
	"time"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// TraceNode is a step, as the schema has it.
type TraceNode struct {
	trace *relations.Trace
	step  *relations.Step
}

// LocationID is where the step is.
func (n *TraceNode) LocationID() *Location { return &Location{n} }

// Timestamp is the last reading of the clock before the step.
func (n *TraceNode) Timestamp() *time.Time { return instant(n.step.Time) }

// Read is the first variable that the step reads.
func (n *TraceNode) Read() *Var { return first(n.Reads()) }

// Write is the first variable that the step writes.
func (n *TraceNode) Write() *Var { return first(n.Writes()) }

// Number is the step's number in its trace.
func (n *TraceNode) Number() int { return int(n.step.Number) }

// Reads are the variables that the step reads.
func (n *TraceNode) Reads() []*Var { return n.vars(n.step.Reads, false) }

// Writes are the variables that the step writes.
func (n *TraceNode) Writes() []*Var { return n.vars(n.step.Writes, true) }

func (n *TraceNode) vars(list []relations.Access, written bool) []*Var {
	vars := make([]*Var, len(list))
	for i := range list {
		vars[i] = &Var{n, &list[i], written}
	}
	return vars
}

// Function is the function's name with its package's path.
func (n *TraceNode) Function() string { return n.step.Name }

// File is relative to the module.
func (n *TraceNode) File() string { return n.step.File }

// Goroutine is the number that the Go runtime has given it.
func (n *TraceNode) Goroutine() int { return int(n.trace.Goroutine) }

// Depth is how many calls are open.
func (n *TraceNode) Depth() int { return n.step.Depth }

// Kind is that of the location.
func (n *TraceNode) Kind() string { return n.step.Kind }

// Outcome says which way a condition went.
func (n *TraceNode) Outcome() Outcome {
	switch n.step.Outcome {
	case trace.Met:
		return OutcomeMet
	case trace.NotMet:
		return OutcomeNotMet
	}
	return OutcomeNone
}

// Unknown names the fields that are not known.
func (n *TraceNode) Unknown() []string {
	list := []string{}
	add := func(name string, why relations.Unknown) {
		if why != relations.Known {
			list = append(list, name)
		}
	}
	add("controlDominator", n.step.ControlUnknown)
	add("stepIn", n.step.InUnknown)
	add("stepOver", n.step.OverUnknown)
	add("invocationParent", n.step.ParentUnknown)
	for _, r := range n.step.Reads {
		add("reads."+r.Name+".writtenBy", r.Unknown)
	}
	return list
}

// Location is where a step is. What it reads and writes is that of the step.
type Location struct{ node *TraceNode }

// Line is its first line.
func (l *Location) Line() *int { return &l.node.step.Line }

// Read is the first variable that is read there.
func (l *Location) Read() *Var { return l.node.Read() }

// Write is the first variable that is written there.
func (l *Location) Write() *Var { return first(l.Writes()) }

// File is relative to the module.
func (l *Location) File() string { return l.node.step.File }

// Function is the function's name with its package's path.
func (l *Location) Function() string { return l.node.step.Name }

// Column is that of its first byte.
func (l *Location) Column() int { return l.node.step.Column }

// EndLine is its last line.
func (l *Location) EndLine() int { return l.node.step.EndLine }

// Kind is what statement it is.
func (l *Location) Kind() string { return l.node.step.Kind }

// Reads are the variables that are read there.
func (l *Location) Reads() []*Var { return l.node.Reads() }

// Writes are the variables that are written there.
func (l *Location) Writes() []*Var {
	return slices.DeleteFunc(l.node.Writes(), func(v *Var) bool { return v.access.Called != "" })
}

// Var is a variable at a step.
type Var struct {
	node    *TraceNode
	access  *relations.Access
	written bool
}

// Identifier is its name, or the expression.
func (v *Var) Identifier() *string { return &v.access.Name }

// Value is what it held.
func (v *Var) Value() *string { return &v.access.Text }

// Type is its type.
func (v *Var) Type() string { return v.access.Type }

// Kind is what sort of variable it is.
func (v *Var) Kind() string { return v.access.Kind }

// Known reports whether its value was recorded.
func (v *Var) Known() bool { return v.access.Known }

// Certainty says how well its identity is known.
func (v *Var) Certainty() string { return v.access.Certainty.String() }

// Called is the function whose parameter it is.
func (v *Var) Called() *string {
	if v.access.Called == "" {
		return nil
	}
	return &v.access.Called
}

func first(list []*Var) *Var {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func instant(nanoseconds int64) *time.Time {
	t := time.Unix(0, nanoseconds).UTC()
	return &t
}
