package edits

import (
	"slices"
	"strings"
)

// JudgeFunctions checks functions that both sides have: what is where it was must
// be unchanged.
func JudgeFunctions(precision int, base, current Side, lines Lines, old func(string) string) []Fault {
	var faults []Fault
	for _, name := range sortedNames(current) {
		if base[old(name)] == nil {
			continue
		}
		then, now := functions(base[old(name)].Units), functions(current[name].Units)
		for key, r := range now {
			before, ok := then[key]
			if !ok || precision > 1 && swappedFunction(then, now, key) {
				continue
			}
			a, b := base[old(name)].Units[before.from:before.to], current[name].Units[r.from:r.to]
			settled := settled(a, b, nil)
			for i, u := range b {
				if settled[i] && u.alone(current[name].Units) && u.Changed(lines[name]) && sameSurroundings(a, b, i, before.from, r.from) {
					faults = append(faults, Fault{precision, name, u, "changed, but the function has it where it had it"})
				}
			}
		}
	}
	return faults
}

// alone reports whether a unit's lines have no other code: of another unit, or of
// the signature of a literal.
func (u Unit) alone(units []Unit) bool {
	shares := func(o Unit) bool {
		return o.Offset != u.Offset && o.Lines[0] <= u.Lines[len(u.Lines)-1] && o.Lines[len(o.Lines)-1] >= u.Lines[0]
	}
	return !strings.Contains(u.Text, "…") && !slices.ContainsFunc(units, shares)
}

// swappedFunction reports whether a function changed places with another one.
func swappedFunction(then, now map[string]bounds, key string) bool {
	for other, was := range then {
		is, ok := now[other]
		if ok && (was.from < then[key].from) != (is.from < now[key].from) {
			return true
		}
	}
	return false
}

type bounds struct{ from, to int }

// functions finds the functions of a file whose name occurs only once.
func functions(units []Unit) map[string]bounds {
	all, twice := make(map[string]bounds), make(map[string]bool)
	for i, u := range units {
		if !u.Signature() {
			continue
		}
		end := i + 1
		for end < len(units) && len(units[end].Around) > 0 && units[end].Around[0].Unit == i {
			end++
		}
		_, known := all[u.Func]
		twice[u.Func] = twice[u.Func] || known
		all[u.Func] = bounds{i, end}
	}
	for name := range twice {
		if twice[name] {
			delete(all, name)
		}
	}
	return all
}

// sameSurroundings reports whether the blocks around a unit and those around the
// only similar unit are opened by the same texts.
func sameSurroundings(then, now []Unit, i, thenFrom, nowFrom int) bool {
	before, after := singles(then), singles(now)
	j, ok := before[now[i].Text]
	if _, only := after[now[i].Text]; !ok || !only {
		return false
	}
	around := func(units []Unit, u Unit, from int) (all []string) {
		for _, p := range u.Around[min(1, len(u.Around)):] {
			all = append(all, units[p.Unit-from].Text+" "+p.Branch)
		}
		return all
	}
	return slices.Equal(around(then, then[j], thenFrom), around(now, now[i], nowFrom))
}
