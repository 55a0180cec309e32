package edits

import (
	"slices"
	"strings"
)

// Want is what a unit of the new side must be.
type Want int

const (
	Free Want = iota // either is right for this unit alone
	Changed
	Unchanged
)

// The laws that are broken if more counts as changed than must.
const (
	tooMuch        = "changed, must be unchanged"
	tooLittleStays = "in this file less is unchanged than stays"
)

// isSurplus reports whether a kind of fault breaks one of these laws.
func isSurplus(kind string) bool {
	_, law, _ := strings.Cut(kind, " ")
	return law == tooMuch || law == tooLittleStays
}

// want says what the units of a file must be at a given precision.
func (t *truth) want(name string, precision int) []Want {
	file := t.current[name]
	old := t.old(name, precision, t.base)
	out := make([]Want, len(file.Units))
	if old == "" && precision > 1 {
		for i := range out {
			out[i] = Changed
		}
		return out
	}
	if old != name && old != "" && !t.similar(name, old) {
		return out
	}
	var then []Unit
	if old != "" {
		then = t.base[old].Units
	}
	have := make(map[string]bool)
	for _, u := range then {
		have[u.Text] = true
	}
	settled := settled(then, file.Units, func(i int) bool {
		p, kept := t.kept(name, i)
		return kept && t.counts[1][file.Units[i].Text] == 1 && (p.file != old || !t.sameBlocks(name, i, p))
	})
	inBlocks := t.settledInBlocks(name, old)
	gone := t.inGoneFunctions(old, file)
	known := sureBlocks(t.base[old], file)
	for i, u := range file.Units {
		switch {
		case precision > 1 && !have[u.Text] || t.counts[0][u.Text] == 0:
			out[i] = Changed
		case settled[i] && inBlocks[i] && !gone[u.Text] && t.stays(name, old, i) && t.clearBlocks(name, i) && known[i]:
			out[i] = Unchanged
		}
	}
	if precision == 1 {
		for i, moved := range t.excused(name, old) {
			if moved {
				out[i] = Unchanged
			}
		}
	}
	share(file.Units, out)
	return out
}

// share frees units that share a line with one that may be changed.
func share(units []Unit, out []Want) {
	loose := make(map[int]bool)
	for i, u := range units {
		if out[i] != Unchanged {
			for _, line := range u.Lines {
				loose[line] = true
			}
		}
	}
	for i, u := range units {
		if out[i] == Unchanged && slices.ContainsFunc(u.Lines, func(line int) bool { return loose[line] }) {
			out[i] = Free
		}
	}
}

// check returns what is wrong with the lines of the given precisions.
func (t *truth) check(lines [4]Lines) []Fault {
	var faults []Fault
	for p := 1; p <= 3; p++ {
		if lines[p] == nil {
			continue
		}
		for _, name := range sortedNames(t.current) {
			units := t.current[name].Units
			faults = append(faults, t.enough(name, p, lines[p][name])...)
			for i, want := range t.want(name, p) {
				switch got := units[i].Changed(lines[p][name]); {
				case want == Changed && !got:
					faults = append(faults, Fault{p, name, units[i], "unchanged, must be changed"})
				case want == Unchanged && got:
					faults = append(faults, Fault{p, name, units[i], tooMuch})
				}
			}
		}
		if t.tellsRenames(p) {
			faults = append(faults, Judge(p, t.base, t.current, lines[p], func(name string) string { return t.old(name, p, t.base) })...)
		}
	}
	return append(faults, JudgeOrder(t.current, lines)...)
}

// enough checks similar statements: as many are unchanged as have stayed, even if
// it is open which ones.
func (t *truth) enough(name string, precision int, lines [][2]int) []Fault {
	old := t.old(name, precision, t.base)
	if t.Tight || old == "" || old != name && !t.similar(name, old) {
		return nil
	}
	var want, got, wantLetters, gotLetters int
	known := sureBlocks(t.base[old], t.current[name])
	for i, u := range t.current[name].Units {
		if !t.clearBlocks(name, i) || !known[i] {
			return nil
		}
		if t.stays(name, old, i) {
			want, wantLetters = want+1, wantLetters+u.letters()
		}
		if !u.Changed(lines) {
			got, gotLetters = got+1, gotLetters+u.letters()
		}
	}
	if got < want && gotLetters < wantLetters {
		u := t.current[name].Units[0]
		return []Fault{{precision, name, u, tooLittleStays}}
	}
	return nil
}
