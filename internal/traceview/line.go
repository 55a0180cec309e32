package traceview

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/trace"
)

// position writes a line of a file.
func position(file string, line int) string {
	if file == "" {
		return "?"
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// file returns the name of the row's file, "" if it is not known.
func (r *Row) file() string {
	if r.Function == nil {
		return ""
	}
	return r.Table.Files[r.Function.File]
}

// At returns the location of a step, nil if it is not known.
func (r *Row) At() *trace.Location {
	if r.Function == nil || r.Location < 0 || r.Location >= len(r.Function.Locations) {
		return nil
	}
	return &r.Function.Locations[r.Location]
}

// Name returns the function's name with its package's path.
func (r *Row) Name() string {
	if r.Function == nil {
		return fmt.Sprintf("function %d", r.Number)
	}
	return r.Table.Package + "." + r.Function.Name
}

// ShortName returns the function's name with the last part of its package's path.
func (r *Row) ShortName() string {
	name := r.Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}

// Where returns the file and line of a call or a step, "" for other rows.
func (r *Row) Where() string {
	switch r.Kind {
	case RowCall:
		line := 0
		if r.Function != nil {
			line = r.Function.Line
		}
		return position(r.file(), line)
	case RowStep:
		if at := r.At(); at != nil {
			return position(r.file(), at.Line)
		}
		return "?"
	}
	return ""
}

// Indent returns how many calls deep the row stands in the tree.
func (r *Row) Indent() int {
	switch r.Kind {
	case RowCall:
		return max(r.Depth-2, 0)
	case RowNote:
		return 0
	}
	return max(r.Depth-1, 0)
}

// VariableName returns the name of one of the row's values.
func (r *Row) VariableName(v Written) string {
	if r.Kind == RowReturn {
		if r.Function != nil && v.Variable >= 0 && v.Variable < len(r.Function.Results) && r.Function.Results[v.Variable].Name != "" {
			return r.Function.Results[v.Variable].Name
		}
		return fmt.Sprintf("result %d", v.Variable)
	}
	if r.Function == nil || v.Variable < 0 || v.Variable >= len(r.Function.Variables) {
		return "variable " + strconv.Itoa(v.Variable)
	}
	return r.Function.Variables[v.Variable].Name
}

// Written returns the row's values and its outcome as people read them: fee = 0.
func (r *Row) Written() []string {
	var list []string
	switch r.Outcome {
	case Met:
		list = append(list, "yes")
	case NotMet:
		list = append(list, "no")
	}
	for _, v := range r.Values {
		switch r.Kind {
		case RowReturn:
			list = append(list, v.Value.String())
		case RowCall:
			list = append(list, r.VariableName(v)+"="+v.Value.String())
		default:
			list = append(list, r.VariableName(v)+" = "+v.Value.String())
		}
	}
	return list
}

// Text returns what a row says without its place and its values: the source of its
// line, or what kind of step it is where there is no source.
func (r *Row) Text(source *Source) string {
	switch r.Kind {
	case RowCall:
		return r.ShortName()
	case RowAgain:
		return "↳ step " + number(r.Step) + ":"
	case RowReturn:
		return "← " + r.ShortName() + r.ending()
	case RowFold:
		return "… " + plural(r.Folded.Steps, "step") + " in " + plural(r.Folded.Calls, "call")
	case RowNote:
		return "— " + r.Note + " —"
	}
	at := r.At()
	if at == nil {
		return "a step"
	}
	text := source.Line(r.Table, r.file(), at.Line)
	switch {
	case at.Kind == "round":
		text = "next round of " + text
	case text == "":
		text = at.Kind
	}
	return strings.TrimSuffix(text, " {")
}

func (r *Row) ending() string {
	switch {
	case !r.Unwound:
		return " returns"
	case len(r.Values) > 0:
		return " ends by a panic or runtime.Goexit with results"
	}
	return " ends by a panic or runtime.Goexit"
}

// Line returns all that a row says on one line, without its step and its indentation.
func (r *Row) Line(source *Source) string {
	text, values := r.Text(source), strings.Join(r.Written(), ", ")
	switch {
	case r.Kind == RowCall:
		text += "(" + values + ")"
	case values != "" && r.Kind == RowReturn:
		text += " " + values
	case values != "":
		text += "   " + values
	}
	if where := r.Where(); where != "" {
		text = where + "  " + text
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
