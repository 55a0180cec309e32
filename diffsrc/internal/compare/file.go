package compare

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

func unpaired(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = none
	}
	return s
}

func (f *File) pair(o, n int) { f.newOf[o], f.oldOf[n] = n, o }

func (f *File) part(o, n int) { f.newOf[o], f.oldOf[n] = none, none }

// gap is a stretch between two pairs: the unpaired old units [o0, o1) and new
// units [n0, n1).
type gap struct{ o0, o1, n0, n1 int }

// gaps returns the stretches between pairs in order, without empty ones. No gap
// reaches from one section into another.
func (f *File) gaps() []gap {
	var list []gap
	for _, s := range f.sections {
		list = append(list, f.gapsIn(s)...)
	}
	return list
}

func (f *File) gapsIn(s gap) []gap {
	var list []gap
	o, n := s.o0, s.n0
	for next := s.n0; next <= s.n1; next++ {
		oldEnd := s.o1
		if next < s.n1 {
			if f.oldOf[next] == none {
				continue
			}
			oldEnd = f.oldOf[next]
		}
		if oldEnd > o || next > n {
			list = append(list, gap{o, oldEnd, n, next})
		}
		o, n = oldEnd+1, next+1
	}
	return list
}

// origin is where a moved unit was.
type origin struct {
	file *File
	unit int
}

// removal is a statement that is gone. Its lines are as in Removed.
type removal struct {
	unit               int
	line, old, oldLast int
	joins              bool // it was in the same place as the unit before it
}
