package oracle

import (
	"bytes"
	"cmp"
	"fmt"
	"sort"

	"golang.org/x/tools/cover"

	"github.com/goat-trace/goat/analyzers/point"
)

// Run is one run of packages that were built with goat and with -cover
// -covermode=atomic.
type Run struct {
	Dir      string   // the module's
	Patterns []string // the packages
	Base     string   // as in the build; "" is INIT
	// Granularity is the build's; "" is line.
	Granularity point.Granularity
	Items       []Item // goat's counts
	Profile     string // cover's: the name of a text profile
	// Exact says that goat's counts are numbers of hits (dataType: count), which
	// are compared with cover's.
	Exact bool
	// Divided says that the code was divided, see Divide.
	Divided bool
	// Later has functions of tests, "file func", that still run after cover has
	// read its counters, with the reason: goat counts until the program ends.
	Later map[string]string
}

// Verdict is the result of comparing the two counts of one run.
type Verdict struct {
	Blocks   int // cover's blocks that contain points
	Points   int // points that were compared with a block
	Hit      int // points of these that were hit
	Early    int // points of these in a block that is marked as left early
	Vouched  int // statements that were compared with the point that vouches for them
	Apart    int // points without a block: an else or default that is not written
	Compared int // points of these that were compared with what the written branches leave
	// Left names the first points after which blocks were left early without a
	// mark.
	Left     []string
	Problems []string
	Later    int // points of functions that still ran, and have counted on

	run Run
}

// Judge compares the two counts.
func (r Run) Judge() (Verdict, error) {
	pkgs, err := list(r.Dir, r.Patterns...)
	if err != nil {
		return Verdict{}, err
	}
	profile, err := readProfile(r.Profile)
	if err != nil {
		return Verdict{}, err
	}
	s, err := r.session()
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{run: r}
	byPackage := make(map[string]map[string]site)
	for _, p := range pkgs {
		if byPackage[p.ImportPath], err = p.sites(s, r.granularity()); err != nil {
			return Verdict{}, err
		}
	}
	seen := make(map[string]int)
	blocks := make(map[blockID][]mark)
	for _, item := range r.Items {
		if s, ok := byPackage[item.Package][item.StableID]; ok {
			seen[item.Package]++
			v.place(item, s, profile[s.file], blocks)
		}
	}
	for path, n := range seen {
		if want := len(byPackage[path]); n != want {
			v.problem("%s: got %d points, want %d", path, n, want)
		}
	}
	for id, marks := range blocks {
		v.judge(marks)
		for _, m := range marks {
			if r.Divided { // two statements on a line may still have a block's end between them
				break
			}
			v.vouch(m, profile[id.file])
		}
	}
	sort.Strings(v.Left)
	sort.Strings(v.Problems)
	return v, nil
}

func (r Run) granularity() point.Granularity { return cmp.Or(r.Granularity, point.Line) }

func (v *Verdict) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

func (v *Verdict) left(format string, args ...any) {
	v.Left = append(v.Left, fmt.Sprintf(format, args...))
}

// later reports whether a function still runs after cover has read its counters.
func (v *Verdict) later(item Item) bool {
	_, ok := v.run.Later[item.File+" "+item.Func]
	if ok {
		v.Later++
	}
	return ok
}

// mark is a point within a block of cover's.
type mark struct {
	item  Item
	site  site
	block cover.ProfileBlock
	gotos int // how many times gotos led around the block's counter
}

type blockID struct {
	file      string
	line, col int
}

// place finds the block of a point.
func (v *Verdict) place(item Item, s site, profile []cover.ProfileBlock, blocks map[blockID][]mark) {
	if s.Line != item.Line || s.Func != item.Func || string(s.Kind) != item.Kind {
		v.problem("%s: got the stable id of %s", item, s.Point)
		return
	}
	if s.line == 0 {
		v.apart(item, s, profile)
		return
	}
	b, ok := blockAt(profile, s.line, s.col)
	if !ok {
		v.problem("%s: no block of cover's holds %s:%d:%d", item, s.file, s.line, s.col)
		return
	}
	id := blockID{s.file, b.StartLine, b.StartCol}
	gotos := 0
	for _, at := range s.gotos {
		if b, ok := blockAt(profile, at.Line, at.Column); ok {
			gotos += b.Count
		}
	}
	blocks[id] = append(blocks[id], mark{item, s, b, gotos})
}

// judge compares a block's points with its count. Nothing branches within a block,
// so from point to point the count can only fall, if the block is left early.
func (v *Verdict) judge(marks []mark) {
	sort.Slice(marks, func(i, j int) bool {
		a, b := marks[i].site, marks[j].site
		return a.line < b.line || a.line == b.line && a.col < b.col
	})
	v.Blocks++
	b := marks[0].block
	before := v.count(b.Count)
	for i, m := range marks {
		v.Points++
		before = v.count(before + m.gotos)
		goat, early := v.count(int(m.item.Count)), m.site.leavesEarly(b.StartLine, b.EndLine)
		if early {
			v.Early++
		}
		if goat > 0 {
			v.Hit++
		}
		at := fmt.Sprintf("%s: got %d, but its block %d.%d,%d.%d has %d", m.item, m.item.Count, b.StartLine, b.StartCol, b.EndLine, b.EndCol, b.Count)
		switch {
		case goat > before && v.later(m.item):
		case goat > before && i > 0:
			v.problem("%s, and the point before it %d", at, marks[i-1].item.Count)
		case goat > before:
			v.problem("%s", at)
		case goat < before && i == 0 && m.site.begins(b):
			v.problem("%s, and nothing stands before it", at)
		case goat < before && !early:
			v.left("%s", at)
		}
		before = goat
	}
}

func (v *Verdict) count(n int) int {
	if v.run.Exact {
		return n
	}
	return min(n, 1)
}

// begins reports whether the point is the first thing in a block.
func (s site) begins(b cover.ProfileBlock) bool {
	start, at := s.offset(b.StartLine, b.StartCol), s.offset(s.line, s.col)
	return start <= at && len(bytes.Trim(s.src[start:at], "{}: \t\r\n")) == 0
}

func (s site) offset(line, col int) int {
	rest := s.src
	for ; line > 1; line-- {
		rest = rest[bytes.IndexByte(rest, '\n')+1:]
	}
	return len(s.src) - len(rest) + col - 1
}

func (s site) leavesEarly(from, to int) bool {
	for line := from; line <= to; line++ {
		if s.early[line] {
			return true
		}
	}
	return false
}

func readProfile(name string) (map[string][]cover.ProfileBlock, error) {
	profiles, err := cover.ParseProfiles(name)
	if err != nil {
		return nil, fmt.Errorf("reading the coverage profile: %w", err)
	}
	blocks := make(map[string][]cover.ProfileBlock)
	for _, p := range profiles {
		blocks[p.FileName] = p.Blocks
	}
	return blocks, nil
}

// blockAt returns the last block that begins at or before a position and does not
// end before it. The block of an empty list may itself be empty.
func blockAt(blocks []cover.ProfileBlock, line, col int) (cover.ProfileBlock, bool) {
	var best cover.ProfileBlock
	found := false
	for _, b := range blocks {
		begins := b.StartLine < line || b.StartLine == line && b.StartCol <= col
		ends := b.EndLine < line || b.EndLine == line && b.EndCol <= col
		if begins && (!ends || b.StartLine == line && b.StartCol == col) {
			best, found = b, true
		}
	}
	return best, found
}
