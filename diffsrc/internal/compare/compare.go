package compare

import "slices"

// File is the difference between two states of a file. Only one goroutine may
// use it at a time.
type File struct {
	// Path and OldPath name the states for FindMoved and Moved. "" means that
	// the state does not exist.
	Path, OldPath string
	// Idle tells FindMoved not to look for moved code in the new state.
	Idle bool

	old, new  *text
	hunks     []Hunk
	oldOf     []int          // by new unit: its partner in the old state, none if it changed
	newOf     []int          // by old unit: its partner in the new state, none if it is gone
	oldNames  map[string]int // the declared functions by name; none if several have it
	newNames  map[string]int
	namesakes []match        // declared functions whose name occurs once in each state
	sections  []gap          // both states, divided where functions that stay begin and end
	parted    map[match]bool // pairs that were parted because a unit left its block
	crossed   []bool         // by old unit: an equal unit follows the same units, in another block
	edited    map[int]int    // by changed unit: the similar old unit that was edited
	became    map[int]int    // the reverse of edited
	lines     map[int][]int  // by changed unit: its effective lines
	origins   map[int]origin // by changed unit: where FindMoved found it
	taken     []bool         // by old unit: FindMoved found it elsewhere
	removals  []removal
}

// none means that a unit has no partner.
const none = -1

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

func unpaired(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = none
	}
	return s
}

func (f *File) pair(o, n int) { f.newOf[o], f.oldOf[n] = n, o }

func (f *File) part(o, n int) { f.newOf[o], f.oldOf[n] = none, none }

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
