package edits

import (
	"fmt"
	"strings"
)

// Show prints a case's files. In front of each line of a new file it shows what the
// line's unit must be and what it is at each precision: c changed, u unchanged, .
// either, - not effective.
func (c *Case) Show(lines [4]Lines) string {
	t, err := newTruth(c)
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "seed %d: %s\n", c.Seed, strings.Join(c.Edits, ", "))
	for _, name := range sortedNames(t.base) {
		fmt.Fprintf(&out, "--- old %s\n%s", name, t.base[name].Text)
	}
	for _, name := range sortedNames(t.current) {
		fmt.Fprintf(&out, "+++ new %s; at the precisions 1, 2, 3: wanted, got\n", name)
		marks := t.marks(name, lines)
		for i, line := range strings.Split(strings.TrimSuffix(t.current[name].Text, "\n"), "\n") {
			fmt.Fprintf(&out, "%-8s| %s\n", marks[i+1], line)
		}
	}
	return out.String()
}

// marks are what Show puts before each line.
func (t *truth) marks(name string, lines [4]Lines) map[int]string {
	marks := make(map[int]string)
	for p := 1; p <= 3; p++ {
		want := make(map[int]Want)
		for i, w := range t.want(name, p) {
			for _, line := range t.current[name].Units[i].Lines {
				want[line] = w
			}
		}
		for line := range strings.Count(t.current[name].Text, "\n") + 1 {
			got := "-"
			if (Unit{Lines: []int{line}}).Changed(lines[p][name]) {
				got = "C"
			}
			w, ok := want[line]
			mark := []string{".", "c", "u"}[w]
			if !ok {
				mark = " "
			}
			marks[line] += mark + got + " "
		}
	}
	return marks
}
