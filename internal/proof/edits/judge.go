package edits

import (
	"fmt"
	"slices"
	"strings"
)

// Source is a file of one side.
type Source struct {
	Text  string
	Units []Unit
	ids   []int // of the units, if they are known
}

// Side holds the files of one side by name.
type Side map[string]*Source

// Lines are the effective lines of files, as diffsrc returns them.
type Lines map[string][][2]int

// Fault is a unit of the new side that was judged wrongly.
type Fault struct {
	Precision int
	File      string
	Unit      Unit
	Law       string
}

func (f Fault) String() string {
	return fmt.Sprintf("precision %d, %s:%d: %s: %s", f.Precision, f.File, f.Unit.Lines[0], f.Law, f.Unit.Text)
}

// Changed reports whether an effective line holds a token of the unit.
func (u Unit) Changed(lines [][2]int) bool {
	return slices.ContainsFunc(u.Lines, func(line int) bool {
		return slices.ContainsFunc(lines, func(r [2]int) bool { return r[0] <= line && line <= r[1] })
	})
}

// Judge checks the lines of a precision against laws that need only the two sides.
// old names the base's file for a new one.
func Judge(precision int, base, current Side, lines Lines, old func(string) string) []Fault {
	if precision == 1 {
		return judgeCounts(base, current, lines)
	}
	var faults []Fault
	for _, name := range sortedNames(current) {
		for _, f := range judgeFile(base[old(name)], current[name], lines[name]) {
			f.Precision, f.File = precision, name
			faults = append(faults, f)
		}
	}
	return faults
}

func sortedNames(s Side) []string {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// judgeCounts checks that one unit of the base excuses at most one of today's.
func judgeCounts(base, current Side, lines Lines) []Fault {
	left := make(map[string]int)
	for _, file := range base {
		for _, u := range file.Units {
			left[u.Text]++
		}
	}
	var faults []Fault
	for _, name := range sortedNames(current) {
		for _, u := range current[name].Units {
			if u.Changed(lines[name]) {
				continue
			}
			if left[u.Text]--; left[u.Text] < 0 {
				faults = append(faults, Fault{1, name, u, "unchanged, but the base has fewer of it"})
			}
		}
	}
	return faults
}

// judgeFile checks that the unchanged units are in the base's file in the same
// order, and in the same blocks, as far as these are unchanged themselves.
func judgeFile(old, file *Source, lines [][2]int) []Fault {
	if old == nil {
		old = &Source{}
	}
	var faults []Fault
	next := 0
	for _, u := range file.Units {
		if u.Changed(lines) {
			continue
		}
		i := slices.IndexFunc(old.Units[next:], func(o Unit) bool { return o.Text == u.Text })
		if i < 0 {
			faults = append(faults, Fault{Unit: u, Law: "unchanged, but the base does not have it there"})
			continue
		}
		next += i + 1
	}
	return append(faults, judgeNesting(old, file, lines)...)
}

// judgeNesting looks at units whose text occurs only once.
func judgeNesting(old, file *Source, lines [][2]int) []Fault {
	then, now := singles(old.Units), singles(file.Units)
	stays := func(text string) bool {
		i, unique := now[text]
		_, known := then[text]
		return unique && known && !file.Units[i].Changed(lines)
	}
	around := func(units []Unit, u Unit) string {
		var all []string
		for _, p := range u.Around {
			text := units[p.Unit].Text
			if stays(text) && old.Units[then[text]].has(p.Branch) && file.Units[now[text]].has(p.Branch) {
				all = append(all, text+" "+p.Branch)
			}
		}
		return strings.Join(all, "\n")
	}
	var faults []Fault
	for _, u := range file.Units {
		if stays(u.Text) && around(file.Units, u) != around(old.Units, old.Units[then[u.Text]]) {
			faults = append(faults, Fault{Unit: u, Law: "unchanged, but it left or entered a block that stays"})
		}
	}
	return faults
}

// singles returns the indexes of units whose text no other unit has.
func singles(units []Unit) map[string]int {
	all, count := make(map[string]int), make(map[string]int)
	for i, u := range units {
		all[u.Text] = i
		count[u.Text]++
	}
	for text, n := range count {
		if n > 1 {
			delete(all, text)
		}
	}
	return all
}

// JudgeOrder checks that a lower precision only leaves out lines of a higher one.
func JudgeOrder(current Side, lines [4]Lines) []Fault {
	var faults []Fault
	for _, name := range sortedNames(current) {
		for _, u := range current[name].Units {
			for p := 1; p < 3; p++ {
				if lines[p] != nil && lines[p+1] != nil && u.Changed(lines[p][name]) && !u.Changed(lines[p+1][name]) {
					faults = append(faults, Fault{p, name, u, "changed, but not at the next precision"})
				}
			}
		}
	}
	return faults
}

// kind is what faults of the same kind have in common.
func (f Fault) kind() string { return fmt.Sprintf("%d %s", f.Precision, f.Law) }
