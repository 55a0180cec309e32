package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one wrong value, key or file.
type Error struct {
	File    string // as the user would write it; "" for flags and variables
	Line    int    // 1-based; 0 for the whole File
	Column  int    // 1-based, in bytes; 0 when unknown
	Key     string // key, -flag or variable; "" for the whole File
	Value   string // as written; "" when there is none
	Msg     string // what is wrong, and the next step
	Allowed []string
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
		}
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Msg)
	return b.String()
}

// maxErrors limits how many errors are shown at once.
const maxErrors = 100

// join makes one error of all of them. Errors in the file are sorted by
// position and come before those in variables and flags.
func join(all []*Error) error {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b *Error) int {
		return cmp.Or(
			-cmp.Compare(min(len(a.File), 1), min(len(b.File), 1)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	var errs []error
	for _, e := range all[:min(len(all), maxErrors)] {
		errs = append(errs, e)
	}
	if rest := len(all) - maxErrors; rest > 0 {
		errs = append(errs, fmt.Errorf("and %d more; mend these first", rest))
	}
	return errors.Join(errs...)
}

// notAllowed says that a value is not one of the allowed ones.
func notAllowed(value string, allowed []string) string {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = a
		if a == "" {
			names[i] = `""`
		}
	}
	msg := fmt.Sprintf("%q is not one of %s; ", value, strings.Join(names, ", "))
	if near := nearest(value, allowed); near != "" {
		return msg + fmt.Sprintf("write %s", near)
	}
	return msg + "write one of these"
}
