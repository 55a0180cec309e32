package review

import (
	"cmp"
	"maps"
	"slices"

	"github.com/goat-trace/goat/hub/store/source"
)

// Group is points that have something in common.
type Group struct {
	// Key is the value that they share: an owner, a package, …. It is what a filter
	// takes.
	Key    string
	Label  string             // for people
	Commit *source.CommitInfo // of a group by commit; nil if not known
	// Error says for a group by kind whether it has the error paths.
	Error string
	Totals
}

// Groupings are the ways to group points.
func Groupings() []string { return []string{"owner", "package", "commit", "kind", "file", "func"} }

// GroupBy groups points. Groups with the most points that never ran come first. A
// point with two owners is in the groups of both.
func GroupBy(by string, points []*Point) []Group {
	groups := map[[2]string]*Group{}
	add := func(p *Point, key, label, second string) {
		g := groups[[2]string{key, second}]
		if g == nil {
			g = &Group{Key: key, Label: label}
			groups[[2]string{key, second}] = g
		}
		g.add(p)
	}
	for _, p := range points {
		switch by {
		case "owner":
			for _, owner := range p.owners() {
				add(p, owner, owner, "")
			}
		case "package":
			add(p, p.Package, p.Package, "")
		case "commit":
			add(p, p.CommitID(), Short(p.CommitID()), "")
			groups[[2]string{p.CommitID(), ""}].Commit = p.Commit
		case "kind":
			key, label := "no", p.Kind
			if p.ErrorPath {
				key, label = "yes", p.Kind+" in an error path"
			}
			add(p, p.Kind, label, key)
			groups[[2]string{p.Kind, key}].Error = key
		case "file":
			add(p, p.Name(), p.Path, "")
		case "func":
			add(p, p.Func, p.Func, p.Package)
		}
	}
	list := make([]Group, 0, len(groups))
	for _, g := range groups {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Never, a.Never), cmp.Compare(b.Some, a.Some), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Error, b.Error), cmp.Compare(b.Points, a.Points))
	})
	return list
}

// Tile is what never ran of a package, for one owner.
type Tile struct {
	Owner, Package string
	Never          int
}

// Tiles counts what never ran by owner and package, the most first. Without owners
// Owner is "". A point with several owners is in the tile of the first.
func (v *Review) Tiles() []Tile {
	counts := map[Tile]int{}
	for i := range v.Points {
		p := &v.Points[i]
		if p.Ran > 0 || p.Excused {
			continue
		}
		t := Tile{Package: p.Package}
		if v.Owned {
			t.Owner = p.owners()[0]
		}
		counts[t]++
	}
	list := slices.Collect(maps.Keys(counts))
	for i := range list {
		list[i].Never = counts[list[i]]
	}
	slices.SortFunc(list, func(a, b Tile) int {
		return cmp.Or(cmp.Compare(b.Never, a.Never), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Package, b.Package))
	})
	return list
}
