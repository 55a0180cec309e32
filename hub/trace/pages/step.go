package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// stepBody is one step.
type stepBody struct {
	Run      *relations.Run
	Trace    *relations.Trace
	At       *relations.Step
	Variable string
	Ways     []way
	Rows     []row
	Lines    []line
	NoSource string
	Arrays   []history
	Values   *relations.Answer
	Decided  *relations.Answer
	Verdicts []verdict
	Given    []verdict // what was said, each to be taken back
	Next     *relations.Suspicion
	Said     string
	Found    []relations.Step // what was searched for
	Query    string
	Wrong    string
	Gaps     []relations.Gap

	texts map[uint64]string // of steps in answers
	files map[string]file
}

// Text is the line of a step.
func (b *stepBody) Text(s *relations.Step) string { return b.texts[s.Number] }

// way is a button that leads to another step.
type way struct {
	Name, Key, Address string // without an address there is no such step
	Title              string
}

// row is a step in the list of steps.
type row struct {
	relations.Step
	Text    string
	Inside  uint64 // how many steps were taken in what it called
	IsAt    bool
	Address string
	In      string // address of the first of them
	Indent  int
}

// history is a variable with its earlier and later values.
type history struct {
	relations.Access
	Earlier, Later []relations.Access
	Follow         string // address that follows it back
	By             string // address of its writer
	Written        bool
	trace          *relations.Trace
}

const (
	rowsBack  = 12
	rowsAhead = 20
	values    = 3  // of a history, on each side
	chain     = 20 // steps of an answer
)

func (h *Handler) step(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	run, err := h.engine.Run(ctx, r.PathValue("run"))
	if err != nil {
		return err
	}
	number, err := strconv.ParseUint(r.PathValue("trace"), 10, 64)
	if err != nil || number == 0 {
		return wrongAddress{fmt.Errorf("%q is no trace's number", r.PathValue("trace"))}
	}
	t, err := run.Trace(ctx, number)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	b := &stepBody{Run: run, Trace: t, Variable: q.Get("var"), Said: q.Get("said"), Query: q.Get("q"), Gaps: t.Gaps()}
	if len(b.Gaps) > 5 {
		b.Gaps = b.Gaps[:5]
	}
	at, err := b.chosen(ctx, q.Get("step"))
	if err != nil {
		return err
	}
	said, err := relations.ParseFeedback(b.Said)
	if err != nil {
		return wrongAddress{err}
	}
	for _, fill := range []func(context.Context, *Handler) error{b.ways, b.rows, b.source, b.variables, b.why} {
		b.At = at
		if err := fill(ctx, h); err != nil {
			return err
		}
	}
	if err := b.judge(ctx, said); err != nil {
		return err
	}
	title := fmt.Sprintf("Step %d of run %d", at.Number, run.Number)
	return h.show(w, http.StatusOK, "step.html", page{Title: title, Query: b.Query, Search: fmt.Sprintf("/traces/%d/%d", run.Number, number), Body: b})
}

// chosen returns the step that the address names, or the first one that is searched
// for.
func (b *stepBody) chosen(ctx context.Context, text string) (*relations.Step, error) {
	step := uint64(1)
	if text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n == 0 {
			return nil, wrongAddress{fmt.Errorf("step=%q is no step's number", text)}
		}
		step = n
	} else if b.Query == "" && b.Trace.First() > 0 {
		step = b.Trace.First()
	}
	if b.Query != "" {
		found, err := b.Trace.Find(ctx, b.Query, 1, 20)
		var noStep relations.ErrNoStep
		switch {
		case errors.As(err, &noStep):
			b.Wrong = err.Error()
		case err != nil:
			return nil, wrongAddress{err}
		case len(found) == 0:
			b.Wrong = "No step of this trace is like that."
		default:
			if b.Found, err = b.Trace.StepsAt(ctx, found); err != nil {
				return nil, err
			}
			if text == "" {
				step = found[0]
			}
		}
	}
	return b.Trace.Step(ctx, step)
}

func (b *stepBody) address(step uint64) string {
	return stepAddress(b.Run.Number, b.Trace.Number, step, b.Said, "")
}

func (b *stepBody) ways(ctx context.Context, _ *Handler) error {
	s := b.At
	back, err := b.Trace.Back(ctx, s.Number)
	if err != nil {
		return err
	}
	first, last := b.Trace.First(), b.Trace.Last()
	add := func(name, key, title string, step uint64) {
		w := way{Name: name, Key: key, Title: title}
		if step > 0 && step != s.Number {
			w.Address = b.address(step)
		}
		b.Ways = append(b.Ways, w)
	}
	add("⇤ first", "Home", "The first step (Home)", first)
	add("↶ back over", "Shift+ArrowLeft", "Back over calls (Shift+←)", back)
	add("← back", "ArrowLeft", "The step before (←)", b.Trace.Before(s.Number))
	add("step →", "ArrowRight", "The next step (→)", s.StepIn)
	add("over ↷", "Shift+ArrowRight", "Over calls (Shift+→)", s.StepOver)
	add("↥ caller", "u", "The step that made the call (u)", s.InvocationParent)
	add("last ⇥", "End", "The last step (End)", last)
	return nil
}

// rows lists the steps around this one, with what they called folded.
func (b *stepBody) rows(ctx context.Context, h *Handler) error {
	list, err := b.Trace.Level(ctx, b.At.Number, rowsBack, rowsAhead)
	if err != nil {
		return err
	}
	least := list[0].Depth
	for _, s := range list {
		least = min(least, s.Depth)
	}
	for i, s := range list {
		x := row{Step: s, IsAt: s.Number == b.At.Number, Address: b.address(s.Number), Indent: min(s.Depth-least, 8), Text: b.line(ctx, h, &s)}
		if s.StepOver > s.Number+1 && (i+1 == len(list) || list[i+1].Number == s.StepOver) {
			x.Inside = s.StepOver - s.Number - 1
			x.In = b.address(s.StepIn)
		}
		b.Rows = append(b.Rows, x)
	}
	return nil
}

func (b *stepBody) variables(ctx context.Context, _ *Handler) error {
	add := func(a relations.Access, written bool) error {
		x := history{Access: a, Written: written, trace: b.Trace}
		x.Follow = stepAddress(b.Run.Number, b.Trace.Number, b.At.Number, b.Said, a.Name)
		if a.Step > 0 && a.Step != b.At.Number {
			x.By = b.address(a.Step)
		}
		if a.Called == "" {
			var err error
			if x.Earlier, x.Later, err = b.Trace.History(ctx, b.At.Number, a.Variable, values); err != nil {
				return err
			}
		}
		b.Arrays = append(b.Arrays, x)
		return nil
	}
	for _, a := range b.At.Reads {
		if err := add(a, false); err != nil {
			return err
		}
	}
	for _, a := range b.At.Writes {
		if err := add(a, true); err != nil {
			return err
		}
	}
	return nil
}

func (b *stepBody) why(ctx context.Context, h *Handler) (err error) {
	if b.Variable != "" && !slices.ContainsFunc(b.Arrays, func(x history) bool { return x.Called == "" && x.Name == b.Variable }) {
		b.Variable = ""
	}
	if b.Values, err = b.Trace.WhyValue(ctx, b.At.Number, b.Variable, chain); err != nil {
		return err
	}
	if b.Decided, err = b.Trace.WhyStep(ctx, b.At.Number, chain); err != nil {
		return err
	}
	b.texts = make(map[uint64]string)
	for _, list := range [][]relations.Link{b.Values.Links, b.Decided.Links} {
		for _, l := range list {
			b.texts[l.Number] = b.line(ctx, h, l.Step)
		}
	}
	for i := range b.Found {
		b.texts[b.Found[i].Number] = b.line(ctx, h, &b.Found[i])
	}
	return nil
}

// Address is that of another step, with what was said.
func (b *stepBody) Address(step uint64) string { return b.address(step) }

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

// line is a line of source.
type line struct {
	Number  int
	Text    string
	Step    uint64 // of the call on this line, 0 for none
	Times   int
	Address string
	IsAt    bool
}

// most is how many lines around a step are shown.
const most = 60

// source shows the step's function.
func (b *stepBody) source(ctx context.Context, h *Handler) error {
	text, err := b.text(ctx, h, b.At)
	if err != nil {
		b.NoSource = err.Error()
		return nil
	}
	from, to, err := b.Trace.Extent(ctx, b.At.Number)
	if err != nil {
		return err
	}
	visits, err := b.Trace.Lines(ctx, b.At.Number)
	if err != nil {
		return err
	}
	from, to = max(from, b.At.Line-most, 1), min(to, b.At.Line+most, len(text))
	for n := from; n <= to; n++ {
		l := line{Number: n, Text: strings.TrimSuffix(text[n-1], "\r"), IsAt: n == b.At.Line}
		if v, ok := visits[n]; ok {
			l.Step, l.Times = v.Step, v.Times
			if l.IsAt {
				l.Step = b.At.Number
			}
			l.Address = b.address(l.Step)
		}
		b.Lines = append(b.Lines, l)
	}
	if len(b.Lines) == 0 {
		b.NoSource = fmt.Sprintf("%s has no line %d: it is another version than was built", b.At.File, b.At.Line)
	}
	return nil
}

// text returns the lines of a step's file.
func (h *Handler) text(ctx context.Context, run *relations.Run, s *relations.Step) ([]string, error) {
	if s.File == "" {
		return nil, fmt.Errorf("the run has no table of this package, so it is not known where the step is")
	}
	data, err := h.source.File(ctx, s.Module, run.Commit, s.File)
	if err != nil {
		return nil, err
	}
	return strings.Split(string(data), "\n"), nil
}

// file is the text of a file, or why it is not to be had.
type file struct {
	lines []string
	err   error
}

// text reads each file once for a page.
func (b *stepBody) text(ctx context.Context, h *Handler, s *relations.Step) ([]string, error) {
	name := s.Module + "/" + s.File
	f, ok := b.files[name]
	if !ok {
		f.lines, f.err = h.text(ctx, b.Run, s)
		if b.files == nil {
			b.files = make(map[string]file)
		}
		b.files[name] = f
	}
	return f.lines, f.err
}

// line returns a step in words: its line of source, else its kind.
func (b *stepBody) line(ctx context.Context, h *Handler, s *relations.Step) string {
	prefix := ""
	if s.Kind == "round" {
		prefix = "next round of "
	}
	if text, err := b.text(ctx, h, s); err == nil && s.Line >= 1 && s.Line <= len(text) {
		return prefix + strings.TrimSuffix(strings.TrimSpace(text[s.Line-1]), " {")
	}
	return s.Kind
}
