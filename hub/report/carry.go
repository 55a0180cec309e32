package report

import (
	"cmp"
	"context"
	"path"
	"slices"

	"github.com/goat-trace/goat/hub/report/funcs"
	"github.com/goat-trace/goat/hub/report/profile"
)

// Shapes are the shapes of a build's declarations, by the file's name in
// profiles. They are small, go into JSON, and can be kept with the build, so
// that Carry needs no source.
type Shapes map[string][]funcs.Shape

// ReadShapes makes the shapes of the files of a profile. A file whose text is
// missing or does not parse has none: nothing is taken over for it. It fails
// only when ctx ends.
func ReadShapes(ctx context.Context, p *profile.Profile, sources Sources) (Shapes, error) {
	lists := make([][]funcs.Shape, len(p.Files))
	err := inParallel(ctx, len(p.Files), func(i int) {
		text, err := sources.Source(ctx, p.Files[i].Name)
		if err != nil {
			return
		}
		if f, err := funcs.Parse(text); err == nil {
			lists[i] = f.Shapes()
		}
	})
	if err != nil {
		return nil, err
	}
	shapes := make(Shapes, len(lists))
	for i, list := range lists {
		if len(list) > 0 {
			shapes[p.Files[i].Name] = list
		}
	}
	return shapes, nil
}

// Version is what ran of one commit's build.
type Version struct {
	Profile *profile.Profile
	Shapes  Shapes
}

// Carried says what Carry did.
type Carried struct {
	Unchanged int // declarations that both versions have
	Changed   int // those of the new version that the old one has not
	Blocks    int // that ran in the old version and not in the new one
}

// Carry returns the coverage of the new version together with what the old one
// tells of it: a declaration that has not changed ran where it ran in either,
// one that has changed, or is new, ran where it ran in the new version.
//
// Unchanged is a declaration with the same tokens, name and receiver in the
// same package, in whatever file, so that renamed files and moved functions keep
// their coverage. Equal declarations of a package (init, _) are paired in the
// order of files and positions. Of several older versions take the oldest
// first: Carry(new, Carry(middle, oldest)).
//
// Counts are added. In mode set of either, the result is in mode set.
func Carry(new, old Version) (*profile.Profile, Carried) {
	mode := profile.CommonMode(new.Profile, old.Profile)
	known := old.Shapes.declarations()
	result := &profile.Profile{Mode: mode, Files: slices.Clone(new.Profile.Files)}
	var c Carried
	taken := make(map[declaration]int)
	for i := range result.Files {
		f := &result.Files[i]
		f.Blocks = slices.Clone(f.Blocks)
		for j := range f.Blocks {
			f.Blocks[j].Count = mode.Sum(f.Blocks[j].Count, 0)
		}
		first := firstStatements(f, new.Shapes[f.Name])
		for s, shape := range new.Shapes[f.Name] {
			d := declaration{path.Dir(f.Name), shape.Name, shape.Hash}
			n := taken[d]
			taken[d]++
			if n >= len(known[d]) {
				c.Changed++
				continue
			}
			c.Unchanged++
			from := known[d][n]
			c.Blocks += carryShape(mode, f, first[s], old.Profile.File(from.file), from.shape)
		}
	}
	return result, c
}

// declaration is what two versions' declarations are compared by.
type declaration struct {
	pkg, name string
	hash      funcs.Hash
}

type placed struct {
	file  string
	shape funcs.Shape
}

// declarations lists the declarations of a version, equal ones in the order of
// files and positions.
func (s Shapes) declarations() map[declaration][]placed {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	all := make(map[declaration][]placed)
	for _, name := range names {
		for _, shape := range s[name] {
			d := declaration{path.Dir(name), shape.Name, shape.Hash}
			all[d] = append(all[d], placed{name, shape})
		}
	}
	return all
}

// firstStatement says that a block's first statement is the n-th of a shape.
type firstStatement struct {
	block, n int
}

// firstStatements finds for each shape the blocks that its statements begin.
func firstStatements(f *profile.File, shapes []funcs.Shape) [][]firstStatement {
	type at struct {
		shape, n int
		pos      funcs.Pos
	}
	var all []at
	for i, shape := range shapes {
		for n, pos := range shape.Statements {
			all = append(all, at{i, n, pos})
		}
	}
	slices.SortStableFunc(all, func(a, b at) int { return cmp.Compare(comparePos(a.pos, b.pos), 0) })
	first := make([][]firstStatement, len(shapes))
	for i, b := range f.Blocks {
		// The first statement at or after the block's start, if it is in the block.
		j, _ := slices.BinarySearchFunc(all, funcs.Pos{Line: b.StartLine, Col: b.StartCol}, func(a at, pos funcs.Pos) int { return comparePos(a.pos, pos) })
		if j < len(all) && b.Contains(all[j].pos.Line, all[j].pos.Col) {
			first[all[j].shape] = append(first[all[j].shape], firstStatement{i, all[j].n})
		}
	}
	return first
}

// carryShape adds to a new declaration's blocks what the old one's counted at
// the same statements. It returns how many blocks ran in the old one only.
func carryShape(mode profile.Mode, f *profile.File, first []firstStatement, old *profile.File, shape funcs.Shape) (gained int) {
	if old == nil {
		return 0
	}
	for _, s := range first {
		if s.n >= len(shape.Statements) {
			continue // a hash that lies: these bytes may come from anybody
		}
		pos := shape.Statements[s.n]
		was, ok := old.At(pos.Line, pos.Col)
		if !ok || was.Count == 0 {
			continue
		}
		b := &f.Blocks[s.block]
		if b.Count == 0 {
			gained++
		}
		b.Count = mode.Sum(b.Count, was.Count)
	}
	return gained
}
