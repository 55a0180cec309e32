package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// setText stores the text of a default, variable or flag in the field that
// pointer points to. It returns what is wrong with the text, or "".
func setText(pointer any, text string) string {
	switch p := pointer.(type) {
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Sprintf("%q is not a whole number; write one, for example 1", text)
		}
		*p = n
	case *bool:
		if word, ok := booleanWords[text]; ok {
			text = word
		}
		if text != "true" && text != "false" {
			return fmt.Sprintf("%q is not a boolean; write 1 or 0", text)
		}
		*p = text == "true"
	case *[]string:
		items := strings.Split(text, ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
		}
		*p = distinct(items)
	case *Trace:
		p.Scope = splitScope(text)
	}
	return ""
}

// wrong returns what is wrong with the value that pointer points to, other than
// its type, or "".
func (s Setting) wrong(pointer any) string {
	switch p := pointer.(type) {
	case *string:
		return s.wrongString(*p)
	case *int:
		if *p < s.Min || s.Max > 0 && *p > s.Max {
			return fmt.Sprintf("%d is not %s; write such a number", *p, s.bounds())
		}
	case *[]string:
		for _, item := range *p {
			if msg := s.wrongString(item); msg != "" {
				return msg
			}
		}
	case *Trace:
		return wrongScope(p.Scope)
	}
	return ""
}

// wrongString returns what is wrong with a string or an item of a list, or "".
func (s Setting) wrongString(text string) string {
	if len(s.Allowed) > 0 && !slices.Contains(s.Allowed, text) {
		return notAllowed(text, s.Allowed)
	}
	if s.check != nil {
		return s.check(text)
	}
	return ""
}

// bounds says which integers are allowed.
func (s Setting) bounds() string {
	if s.Max > 0 {
		return fmt.Sprintf("between %d and %d", s.Min, s.Max)
	}
	return fmt.Sprintf("%d or more", s.Min)
}

// Value returns the setting's value in c. ok is false for settings that c does
// not hold: the variables of a built binary and GOAT's keys without effect.
func (s Setting) Value(c *Config) (value any, ok bool) {
	if s.field == nil {
		if s.Flag == "config" {
			return c.File, true
		}
		return nil, false
	}
	switch p := s.field(c).(type) {
	case *string:
		return *p, true
	case *int:
		return *p, true
	case *bool:
		return *p, true
	case *[]string:
		return *p, true
	case *map[string][]string:
		return *p, true
	case *Trace:
		return p.Scope, true
	}
	return nil, false
}
