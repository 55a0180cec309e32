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

// matches reports whether a step's line is looked for.
func (s *Search) matches(l *line) bool {
	switch {
	case s.step > 0:
		return l.step == s.step && l.depth >= 0
	case s.variable != "":
		return s.matchesValue(l)
	case s.file != "":
		return l.where == position(s.file, s.line) || strings.HasSuffix(l.where, "/"+position(s.file, s.line))
	}
	return l.depth >= 0 && (strings.Contains(l.call.Name(), s.name) || strings.Contains(l.text, s.name))
}

func (s *Search) matchesValue(l *line) bool {
	for _, v := range l.values {
		name, value, ok := strings.Cut(v, " = ")
		if !ok || name != s.variable {
			continue
		}
		if part, ok := strings.CutSuffix(s.value, "…"); ok && strings.HasPrefix(value, part) {
			return true
		}
		if value == s.value || strings.HasSuffix(value, "("+s.value+")") {
			return true
		}
	}
	return false
}
