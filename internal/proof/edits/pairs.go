package edits

import "maps"

// Pair is a file on both sides. Name is "" if the file is gone, OldName if it is
// new.
type Pair struct {
	OldName, Name string
	Old, New      []byte
}

// CheckPairs checks cases like Check, but without a repository, which takes a
// quarter of the time. It pairs the files as git would. compare returns their
// effective lines: first those with moved code, then those without.
func CheckPairs(cases []*Case, compare func([]Pair) (changed, unmoved Lines)) ([]Result, error) {
	results := make([]Result, len(cases))
	for i, c := range cases {
		t, err := newTruth(c)
		if err != nil {
			return nil, err
		}
		r := &results[i]
		r.Lines[2], r.Lines[1] = compare(t.pairs(2))
		if len(c.Renamed) > 0 { // otherwise the result is that of precision 2
			r.Lines[3], _ = compare(t.pairs(3))
		}
		r.Faults = t.check(r.Lines)
		if r.Lines[3] == nil {
			r.Lines[3] = r.Lines[2]
		}
	}
	return results, nil
}

// pairs returns the files that differ at a precision.
func (t *truth) pairs(precision int) []Pair {
	gone := maps.Clone(t.base)
	var list []Pair
	for _, name := range sortedNames(t.current) {
		p := Pair{Name: name, New: []byte(t.current[name].Text)}
		if old := t.old(name, precision, t.base); old == name || old != "" && t.similar(name, old) {
			p.OldName, p.Old = old, []byte(t.base[old].Text)
			delete(gone, old)
		}
		if p.OldName != p.Name || string(p.Old) != string(p.New) {
			list = append(list, p)
		}
	}
	for _, name := range sortedNames(gone) {
		list = append(list, Pair{OldName: name, Old: []byte(gone[name].Text)})
	}
	return list
}
