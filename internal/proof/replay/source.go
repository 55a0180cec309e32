package replay

import (
	"fmt"
	"strings"
)

// source is both texts of a package.
type source struct {
	plain, printing strings.Builder
	lines           int // of the plain text
	indent          int
}

// next returns the number of the plain text's next line.
func (s *source) next() int { return s.lines + 1 }

// text adds a line to the plain text.
func (s *source) text(format string, args ...any) {
	fmt.Fprintf(&s.plain, "%s%s\n", strings.Repeat("\t", s.indent), fmt.Sprintf(format, args...))
	s.lines++
}

// print adds a line to the printing text.
func (s *source) print(format string, args ...any) {
	fmt.Fprintf(&s.printing, "%s%s\n", strings.Repeat("\t", s.indent), fmt.Sprintf(format, args...))
}

// both adds a line to both.
func (s *source) both(format string, args ...any) {
	s.text(format, args...)
	s.print(format, args...)
}

// step prints that the plain text's next line is reached.
func (s *source) step() { s.print("goatS(%d)", s.next()) }

// wrote prints what variables hold.
func (s *source) wrote(names ...string) {
	for _, name := range names {
		if name != "_" {
			s.print("goatW(%q, %s)", name, name)
		}
	}
}

// heap prints what an element or field holds, which the trace need not have.
func (s *source) heap(expr string) { s.print("goatH(%q, %s)", expr, expr) }

// simple adds a simple statement that writes variables.
func (s *source) simple(statement string, writes ...string) {
	s.step()
	s.both("%s", statement)
	s.wrote(writes...)
}
