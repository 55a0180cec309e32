package traceview

import (
	"fmt"
	"strconv"
	"strings"
)

// Search says which steps are looked for.
type Search struct {
	step     uint64
	file     string
	line     int
	variable string
	value    string
	name     string
}

// ParseSearch reads what is looked for: a step's number, "refund.go:109", "err == …"
// where … is a value as it is shown or a part of it that ends with "…", or a part of
// a function's name or of a line of source.
func ParseSearch(text string) (*Search, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, fmt.Errorf("nothing is looked for; name a step, file:line, \"variable == value\" or a function")
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return &Search{step: n}, nil
	}
	if name, value, ok := strings.Cut(text, "=="); ok {
		return &Search{variable: strings.TrimSpace(name), value: strings.TrimSpace(value)}, nil
	}
	if file, line, ok := strings.Cut(text, ":"); ok {
		if n, err := strconv.Atoi(line); err == nil {
			return &Search{file: file, line: n}, nil
		}
	}
	return &Search{name: text}, nil
}

// Matches reports whether a row is looked for. Rows that are no steps are not, except
// for a call of a function that is looked for and values that a step has written late.
func (s *Search) Matches(r *Row, source *Source) bool {
	switch {
	case r.Kind == RowNote || r.Kind == RowFold:
		return false
	case s.step > 0:
		return r.Kind == RowStep && r.Step == s.step
	case s.variable != "":
		return r.Kind != RowReturn && s.matchesValue(r)
	case s.file != "":
		where, want := r.Where(), position(s.file, s.line)
		return r.Kind == RowStep && (where == want || strings.HasSuffix(where, "/"+want))
	}
	return r.Kind == RowStep && (strings.Contains(r.Name(), s.name) || strings.Contains(r.Text(source), s.name))
}

func (s *Search) matchesValue(r *Row) bool {
	for _, v := range r.Values {
		if r.VariableName(v) != s.variable {
			continue
		}
		value := v.Value.String()
		if part, ok := strings.CutSuffix(s.value, "…"); ok && strings.HasPrefix(value, part) {
			return true
		}
		if value == s.value || strings.HasSuffix(value, "("+s.value+")") {
			return true
		}
	}
	return false
}

// Step returns the step that is looked for by its number.
func (s *Search) Step() (uint64, bool) { return s.step, s.step > 0 }
