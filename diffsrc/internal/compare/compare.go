package compare

import "slices"

// Compare compares two states of a file. hunks are the result of a diff of
// their lines; if they do not turn old into new, Compare diffs the lines
// itself. old is empty for a new file, new for a deleted one.
func Compare(old, new []byte, hunks []Hunk) *File {
	f := &File{hunks: CheckedHunks(old, new, hunks)}
	f.old, f.new = readBoth(old, new, f.hunks)
	f.oldOf, f.newOf = unpaired(len(f.new.units)), unpaired(len(f.old.units))
	f.crossed, f.taken = make([]bool, len(f.old.units)), make([]bool, len(f.old.units))
	f.origins = make(map[int]origin)
	f.nameFunctions()
	f.pairOutside()
	f.pairBetween()
	f.pairFunctions()
	f.slide()
	f.findEdited()
	f.partCrossed()
	f.markLines()
	f.findRemovals()
	f.old.release()
	f.new.release()
	return f
}

// Lines returns the effective lines of the new state, without those of moved
// units, as ascending inclusive intervals that neither overlap nor touch.
func (f *File) Lines() [][2]int {
	lines := make(map[int]bool)
	for n, own := range f.lines {
		if _, ok := f.origins[n]; ok {
			continue
		}
		for _, line := range own {
			lines[line] = true
		}
	}
	return intervals(lines)
}

// intervals returns a set of lines as ascending inclusive intervals that
// neither overlap nor touch.
func intervals(lines map[int]bool) [][2]int {
	sorted := make([]int, 0, len(lines))
	for line := range lines {
		sorted = append(sorted, line)
	}
	slices.Sort(sorted)
	var list [][2]int
	for _, line := range sorted {
		if n := len(list); n > 0 && list[n-1][1]+1 == line {
			list[n-1][1] = line
			continue
		}
		list = append(list, [2]int{line, line})
	}
	return list
}
