package profile

import (
	"cmp"
	"slices"
)

// Merge adds up what several processes counted. It never fails: whatever was
// built can be merged.
//
// Where all have the same blocks, counts are added. Where they do not, since the
// builds differ (another Go release, another tool's counters, a file that was
// generated anew), that piece of the file has the blocks of the finest build,
// and a block counts what each build's block at its start counted: that is
// where a block's counter is, so a line that ran in any of the builds has
// run. differ names the files with such pieces, ascending; the report says so.
//
// The order of the profiles makes no difference, and in mode set neither does
// merging a profile twice. Where modes differ, the result is in the one that
// all can be brought to: set, else count. Without profiles the result is empty,
// in mode set.
func Merge(profiles ...*Profile) (merged *Profile, differ []string) {
	merged = &Profile{Mode: CommonMode(profiles...)}
	next := make([]int, len(profiles)) // of each profile the first file that is not merged yet
	for {
		name, files := "", []*File(nil)
		for i, p := range profiles {
			if next[i] == len(p.Files) {
				continue
			}
			switch f := &p.Files[next[i]]; {
			case files == nil || f.Name < name:
				name, files = f.Name, []*File{f}
			case f.Name == name:
				files = append(files, f)
			}
		}
		if files == nil {
			return merged, differ
		}
		for i, p := range profiles {
			if next[i] < len(p.Files) && p.Files[next[i]].Name == name {
				next[i]++
			}
		}
		blocks, same := mergeFile(merged.Mode, files)
		if !same {
			differ = append(differ, name)
		}
		merged.Files = append(merged.Files, File{Name: name, Blocks: blocks})
	}
}

// CommonMode is the mode that all profiles can be brought to.
func CommonMode(profiles ...*Profile) Mode {
	if len(profiles) == 0 {
		return Set
	}
	mode := profiles[0].Mode
	for _, p := range profiles[1:] {
		switch {
		case p.Mode == mode:
		case p.Mode == Set || mode == Set:
			mode = Set
		default:
			mode = Count
		}
	}
	return mode
}

// mergeFile merges the blocks of one file.
func mergeFile(mode Mode, files []*File) (blocks []Block, same bool) {
	geometries := gather(mode, files)
	if len(geometries) == 1 {
		return geometries[0], true
	}
	next := make([]int, len(geometries))
	for {
		piece := cutPiece(geometries, next)
		if piece == nil {
			return blocks, false
		}
		blocks = append(blocks, mergePiece(mode, piece)...)
	}
}

// gather adds up the counts of files with the same blocks. What comes out is one
// list for each set of blocks that there is.
func gather(mode Mode, files []*File) (geometries [][]Block) {
	for _, f := range files {
		i := slices.IndexFunc(geometries, func(g []Block) bool { return sameGeometry(g, f.Blocks) })
		if i < 0 {
			i = len(geometries)
			geometries = append(geometries, slices.Clone(f.Blocks))
			for j := range geometries[i] {
				geometries[i][j].Count = 0
			}
		}
		for j, b := range f.Blocks {
			geometries[i][j].Count = mode.Sum(geometries[i][j].Count, b.Count)
		}
	}
	return geometries
}

func sameGeometry(a, b []Block) bool {
	return slices.EqualFunc(a, b, func(x, y Block) bool { return x.Compare(y) == 0 && x.NumStmt == y.NumStmt })
}

// cutPiece takes from each geometry the next blocks, so that no block of the
// piece overlaps one of the rest: mostly they are one build's block and what
// another one has in its place. nil is the end.
func cutPiece(geometries [][]Block, next []int) (piece [][]Block) {
	var end *Block // of the block that reaches farthest
	start := slices.Clone(next)
	for {
		grown := false
		for i, g := range geometries {
			for next[i] < len(g) && (end != nil && startsBefore(g[next[i]], *end)) {
				end, grown = farther(end, &g[next[i]]), true
				next[i]++
			}
		}
		if grown {
			continue
		}
		if end != nil {
			break
		}
		// Nothing yet: the piece begins with the first block of all.
		first := -1
		for i, g := range geometries {
			if next[i] < len(g) && (first < 0 || g[next[i]].Compare(geometries[first][next[first]]) < 0) {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		end = &geometries[first][next[first]]
		next[first]++
		// Equal starts belong together, also where an extent is empty or reversed.
		for i, g := range geometries {
			for next[i] < len(g) && g[next[i]].StartLine == end.StartLine && g[next[i]].StartCol == end.StartCol {
				end = farther(end, &g[next[i]])
				next[i]++
			}
		}
	}
	for i, g := range geometries {
		piece = append(piece, g[start[i]:next[i]])
	}
	return piece
}

func startsBefore(b, end Block) bool {
	return b.StartLine < end.EndLine || b.StartLine == end.EndLine && b.StartCol < end.EndCol
}

func farther(a, b *Block) *Block {
	if cmp.Or(cmp.Compare(a.EndLine, b.EndLine), cmp.Compare(a.EndCol, b.EndCol)) < 0 {
		return b
	}
	return a
}

// mergePiece merges what several builds have in one place.
func mergePiece(mode Mode, piece [][]Block) []Block {
	finest := 0
	for i, g := range piece {
		if finer(g, piece[finest]) {
			finest = i
		}
	}
	merged := slices.Clone(piece[finest])
	for i, g := range piece {
		if i == finest {
			continue
		}
		other := File{Blocks: g}
		for j := range merged {
			b := &merged[j]
			if at, ok := other.At(b.StartLine, b.StartCol); ok {
				b.Count = mode.Sum(b.Count, at.Count)
			}
		}
	}
	return merged
}

// finer orders geometries: more blocks, then more statements, then whatever
// does not depend on the order of the profiles.
func finer(a, b []Block) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	fa, fb := File{Blocks: a}, File{Blocks: b}
	if ta, tb := fa.Total(), fb.Total(); ta.Statements != tb.Statements {
		return ta.Statements > tb.Statements
	}
	return slices.CompareFunc(a, b, func(x, y Block) int { return cmp.Or(x.Compare(y), cmp.Compare(x.NumStmt, y.NumStmt)) }) < 0
}
