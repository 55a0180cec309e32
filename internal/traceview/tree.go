package traceview

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
)

// Options say what of a trace is shown.
type Options struct {
	From, To uint64  // steps; To 0 is the last
	Depth    int     // calls that are deeper are folded; 0 folds none
	Find     *Search // steps that are shown alone, nil for all
	Source   *Source // nil for none
	Limit    int     // lines, 0 for no limit
}

// Tree writes the steps of a trace, a line for each, indented by calls. It returns how
// many steps were found where some are looked for.
func Tree(out io.Writer, t *trace.Trace, o Options) (found int, err error) {
	w := bufio.NewWriter(out)
	defer w.Flush()
	tr := &tree{Options: o, w: w}
	rows := NewRows(tr.row)
	rows.MaxDepth = o.Depth
	walk := t.Walk()
	defer walk.Close()
	for {
		it, ok := walk.Next()
		if !ok || o.To > 0 && it.What == trace.Stepped && it.Step > o.To || o.Limit > 0 && tr.lines >= o.Limit {
			rows.End()
			if ok && o.Limit > 0 && tr.lines >= o.Limit {
				fmt.Fprintf(w, "… more follow; -from=%d goes on, -n=0 shows all\n", max(it.Step, 1))
			}
			return tr.found, nil
		}
		rows.Item(walk, it)
		if tr.failed != nil {
			return tr.found, tr.failed
		}
	}
}

// Holds reports whether a trace has steps that are looked for.
func Holds(t *trace.Trace, o Options) (bool, error) {
	o.Limit = 1
	found, err := Tree(io.Discard, t, o)
	return found > 0, err
}

// tree is the state of Tree.
type tree struct {
	Options
	w      *bufio.Writer
	lines  int
	found  int
	failed error
}

// row writes a row, if it is wanted.
func (t *tree) row(r *Row) {
	if r.Kind != RowFold && r.Step < t.From {
		return
	}
	if t.Find != nil {
		if !t.Find.Matches(r, t.Source) {
			return
		}
		t.found++
	}
	step, indent := "", strings.Repeat("  ", r.Indent())
	switch r.Kind {
	case RowStep:
		step = number(r.Step)
	case RowAgain:
		indent = "  "
	}
	_, err := fmt.Fprintf(t.w, "%7s  %s%s\n", step, indent, terminal.Line(r.Line(t.Source)))
	if t.failed == nil {
		t.failed = err
	}
	t.lines++
}
