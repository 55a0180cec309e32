package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/trace/folder"
	"github.com/goat-trace/goat/hub/trace/relations"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

// memoryForTraces is how many bytes of decoded segments a command keeps.
const memoryForTraces = 256 << 20

const whyHelp = `Why searches a recorded run backwards.

With a step it says where the values come from that the step reads, and what decided
that the step runs. Without one it says where to look first.

	goat-hub trace why 3f2a 118              why step 118, of run 3f2a…
	goat-hub trace why 3f2a 118 --var err    where err comes from
	goat-hub trace why 3f2a --not refund.go:31
	                                         why line 31 did not run
	goat-hub trace why 3f2a --said 118:wrong-value:err,96:right
	                                         where to look next, after these verdicts:
	                                         right, wrong-value, should-not-run,
	                                         should-have-run (of a condition), cannot-tell

A run is named by its folder, its number in the directory, or the beginning of its id.`

// whyOptions are the flags of trace why.
type whyOptions struct {
	dir, source, variable, not, said string
	trace                            uint64
	limit                            int
	json                             bool
}

func whyCommand(getenv func(string) string) *cobra.Command {
	var o whyOptions
	c := &cobra.Command{
		Use:   "why RUN [STEP]",
		Short: "Say where a recorded value comes from, and why a step did run, or did not",
		Long:  whyHelp,
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c.Context(), c.OutOrStdout(), args, getenv)
		},
	}
	f := c.Flags()
	f.StringVar(&o.dir, "dir", "", "directory with the runs (default: GOAT_TRACE_DIR, else trace in GOAT_DIR)")
	f.StringVar(&o.source, "src", ".", "directory of the source, for the text of lines")
	f.Uint64Var(&o.trace, "trace", 0, "number of a trace (default: the main goroutine's, else the longest)")
	f.StringVar(&o.variable, "var", "", "the variable that is followed back (default: all that the step reads)")
	f.StringVar(&o.not, "not", "", "a line that did not run, FILE:LINE")
	f.StringVar(&o.said, "said", "", "verdicts on steps, STEP:VERDICT[:VARIABLE], separated by commas")
	f.IntVar(&o.limit, "n", 50, "the most steps of a chain")
	f.BoolVar(&o.json, "json", false, "print JSON")
	return c
}

// runsIn returns the directory and the name of a run.
func (o *whyOptions) runsIn(name string, getenv func(string) string) (dir, run string, err error) {
	if _, err := os.Stat(filepath.Join(name, trace.RunFile)); err == nil {
		return name, "1", nil
	}
	switch {
	case o.dir != "":
		return o.dir, name, nil
	case getenv("GOAT_TRACE_DIR") != "":
		return getenv("GOAT_TRACE_DIR"), name, nil
	case getenv("GOAT_DIR") != "":
		return filepath.Join(getenv("GOAT_DIR"), "trace"), name, nil
	}
	return "", "", fmt.Errorf("%s is no folder of a run, and no directory is named; write --dir, or set GOAT_TRACE_DIR to the one that the program was run with", name)
}

func (o *whyOptions) run(ctx context.Context, out io.Writer, args []string, getenv func(string) string) error {
	dir, name, err := o.runsIn(args[0], getenv)
	if err != nil {
		return err
	}
	var step uint64
	if len(args) == 2 {
		if step, err = strconv.ParseUint(args[1], 10, 64); err != nil || step == 0 {
			return fmt.Errorf("%q is no step; write its number, as \"goat trace show\" shows it", args[1])
		}
	}
	said, err := relations.ParseFeedback(o.said)
	if err != nil {
		return err
	}
	if step > 0 && (o.not != "" || len(said) > 0) {
		return fmt.Errorf("a step stands beside --not or --said; leave one of them out")
	}
	store, err := folder.Open(dir)
	if err != nil {
		return failure{err}
	}
	run, err := relations.New(store, memoryForTraces).Run(ctx, name)
	if err != nil {
		return failure{err}
	}
	w := &whyText{options: o, run: run}
	if abs, err := filepath.Abs(o.source); err == nil {
		w.source = traceview.NewSource(abs)
	}
	answer, err := w.ask(ctx, step, said)
	if err != nil {
		return failure{err}
	}
	if o.json {
		text, err := json.MarshalIndent(answer, "", "  ")
		if err != nil {
			return failure{err}
		}
		_, err = out.Write(append(terminal.JSON(text), '\n'))
		return err
	}
	return w.print(out, answer)
}

// whyAnswer is what trace why prints as JSON. docs/compatibility.md promises its
// fields.
type whyAnswer struct {
	Run     string        `json:"run"`
	Trace   uint64        `json:"trace"`
	Gaps    []string      `json:"gaps,omitempty"`
	Values  []whyLink     `json:"values,omitempty"`  // where values come from
	Decided []whyLink     `json:"decided,omitempty"` // what decided that the step runs
	More    []string      `json:"more,omitempty"`    // what was left out
	Not     *whyNotAnswer `json:"not,omitempty"`
	Next    *whyNext      `json:"next,omitempty"`
}

type whyLink struct {
	Step     uint64      `json:"step"`
	Trace    uint64      `json:"trace"`
	Depth    int         `json:"depth"`
	From     uint64      `json:"from,omitempty"` // the step that it explains
	Reason   string      `json:"reason"`
	Variable string      `json:"variable,omitempty"`
	Value    string      `json:"value,omitempty"`
	Function string      `json:"function"`
	File     string      `json:"file,omitempty"`
	Line     int         `json:"line,omitempty"`
	Text     string      `json:"text,omitempty"` // the line of source
	Outcome  string      `json:"outcome,omitempty"`
	Reads    []whyAccess `json:"reads,omitempty"`
	Writes   []whyAccess `json:"writes,omitempty"`
}

type whyAccess struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	WrittenBy uint64 `json:"writtenBy,omitempty"`
	Certainty string `json:"certainty,omitempty"`
	Unknown   string `json:"unknown,omitempty"`
}

type whyNotAnswer struct {
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Function string    `json:"function"`
	Ran      int       `json:"ran"`
	Entered  bool      `json:"entered"`
	Reason   string    `json:"reason"`
	Total    int       `json:"total"` // steps of the condition
	Decided  []whyLink `json:"decided,omitempty"`
}

type whyNext struct {
	whyLink
	Found bool `json:"found"`
}

// whyText is one call of trace why.
type whyText struct {
	options *whyOptions
	run     *relations.Run
	source  *traceview.Source
}

func (w *whyText) ask(ctx context.Context, step uint64, said []relations.Feedback) (*whyAnswer, error) {
	a := &whyAnswer{Run: w.run.RunID}
	if w.options.not != "" {
		return a, w.askNot(ctx, a)
	}
	t, err := w.run.Trace(ctx, w.options.trace)
	if err != nil {
		return nil, err
	}
	a.Trace = t.Number
	for _, g := range t.Gaps() {
		a.Gaps = append(a.Gaps, fmt.Sprintf("after step %d: %s", g.After, g.Why))
	}
	if step == 0 {
		s, err := t.Suspect(ctx, said)
		if err != nil {
			return nil, err
		}
		a.Next = &whyNext{w.link(relations.Link{Step: s.Step, Reason: s.Reason, Name: s.Variable}), s.Found}
		return a, nil
	}
	values, err := t.WhyValue(ctx, step, w.options.variable, w.options.limit)
	if err != nil {
		return nil, err
	}
	a.Values = w.links(values, a)
	if w.options.variable != "" {
		return a, nil
	}
	decided, err := t.WhyStep(ctx, step, w.options.limit)
	if err != nil {
		return nil, err
	}
	a.Decided = w.links(decided, a)
	return a, nil
}

func (w *whyText) askNot(ctx context.Context, a *whyAnswer) error {
	file, text, _ := strings.Cut(w.options.not, ":")
	line, err := strconv.Atoi(text)
	if err != nil || file == "" {
		return fmt.Errorf("%q is no line; write FILE:LINE, as in refund.go:31", w.options.not)
	}
	n, err := w.run.WhyNot(ctx, file, line)
	if err != nil {
		return err
	}
	a.Not = &whyNotAnswer{File: n.File, Line: n.Line, Function: n.Function, Ran: n.Ran, Entered: n.Entered, Reason: n.Reason, Total: n.Total}
	if n.First != nil {
		a.Not.Decided = append(a.Not.Decided, w.link(relations.Link{Step: n.First, Reason: "the first of them"}))
	}
	for i := range n.Decided {
		a.Not.Decided = append(a.Not.Decided, w.link(relations.Link{Step: &n.Decided[i], Reason: n.Reason}))
	}
	return nil
}

func (w *whyText) links(answer *relations.Answer, a *whyAnswer) []whyLink {
	list := make([]whyLink, len(answer.Links))
	for i, l := range answer.Links {
		list[i] = w.link(l)
	}
	if answer.More != "" {
		a.More = append(a.More, answer.More)
	}
	return list
}

func (w *whyText) link(l relations.Link) whyLink {
	s := l.Step
	k := whyLink{
		Step: s.Number, Trace: s.Trace, Depth: l.Depth, From: l.From, Reason: l.Reason, Variable: l.Name, Value: l.Value,
		Function: s.Name, File: s.File, Line: s.Line, Outcome: s.OutcomeText(),
		Text: w.source.Line(&trace.Table{Module: s.Module}, s.File, s.Line),
	}
	for _, r := range s.Reads {
		x := whyAccess{Name: r.Name, Value: r.Text, WrittenBy: r.Step, Unknown: string(r.Unknown)}
		if r.Certainty > 0 {
			x.Certainty = r.Certainty.String()
		}
		k.Reads = append(k.Reads, x)
	}
	for _, r := range s.Writes {
		name := r.Name
		if r.Called != "" {
			name = r.Called + ": " + name
		}
		k.Writes = append(k.Writes, whyAccess{Name: name, Value: r.Text})
	}
	return k
}

func (w *whyText) print(out io.Writer, a *whyAnswer) error {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(terminal.Line(fmt.Sprintf(format, args...)) + "\n") }
	line("run %s", a.Run)
	for _, g := range a.Gaps {
		line("— %s —", g)
	}
	section := func(title string, links []whyLink) {
		if len(links) == 0 {
			return
		}
		line("%s", title)
		for i, l := range links {
			why := l.Reason
			if l.Variable != "" && i > 0 {
				why += " " + l.Variable
				if l.Value != "" {
					why += " = " + l.Value
				}
			}
			if l.From > 0 {
				why += fmt.Sprintf(", for step %d", l.From)
			}
			line("%7d  %s%s   (%s)", l.Step, strings.Repeat("  ", min(l.Depth, 20)), l.shown(), why)
		}
	}
	section("Where do its values come from?", a.Values)
	section("Why did it run?", a.Decided)
	if n := a.Not; n != nil {
		line("%s:%d in %s: %s", n.File, n.Line, n.Function, n.Reason)
		if n.Total > len(n.Decided) {
			line("the last %d of %d times:", len(n.Decided), n.Total)
		}
		section("", n.Decided)
	}
	if n := a.Next; n != nil {
		title := "Look at this step next:"
		if n.Found {
			title = "This is where it goes wrong:"
		}
		section(title, []whyLink{n.whyLink})
		for _, r := range n.Reads {
			line("           reads  %s = %s%s", r.Name, r.Value, written(r))
		}
		for _, r := range n.Writes {
			line("           writes %s = %s", r.Name, r.Value)
		}
	}
	for _, m := range a.More {
		line("… %s; -n=%d shows more", m, 2*w.options.limit)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func written(r whyAccess) string {
	if r.WrittenBy == 0 {
		return ""
	}
	return fmt.Sprintf("   (step %d)", r.WrittenBy)
}

// shown is a step in one line.
func (l *whyLink) shown() string {
	text := l.Text
	if text == "" {
		text = l.Function
	}
	text = strings.TrimSuffix(text, " {")
	if l.File != "" {
		text = l.File + ":" + strconv.Itoa(l.Line) + "  " + text
	}
	if l.Outcome != "" {
		text += "   " + l.Outcome
	}
	return text
}
