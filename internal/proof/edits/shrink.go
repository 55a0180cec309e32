package edits

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Shrink makes a case smaller, step by step, as long as fails still reports true.
func Shrink(c *Case, fails func(*Case) bool) *Case {
	for smaller := true; smaller; {
		smaller = false
		for _, step := range shrinkings {
			for _, id := range c.ids() {
				try := &Case{c.Seed, c.Base.clone(), c.New.clone(), c.Edits, c.Tight, maps.Clone(c.Renamed)}
				if !step(try, id) {
					continue
				}
				if try.Base.parses(c.Tight) && try.New.parses(c.Tight) && fails(try) {
					c, smaller = try, true
				}
			}
		}
	}
	return c
}

// ids lists the functions, statements and clauses of both sides, outer ones first.
// Files have negative numbers.
func (c *Case) ids() []int {
	var all []int
	for i := range max(len(c.Base.Files), len(c.New.Files)) {
		all = append(all, -1-i)
	}
	for _, p := range []*Program{c.Base, c.New} {
		for _, f := range p.Files {
			f.Funcs.visit(func(b *Block) {
				for _, n := range b.List {
					if !slices.Contains(all, n.ID) {
						all = append(all, n.ID)
					}
				}
			})
		}
	}
	return all
}

// shrinkings change a case at one node, and report whether they changed anything.
var shrinkings = []func(c *Case, id int) bool{
	(*Case).dropFile,
	func(c *Case, id int) bool { return drop(c.Base, id) || drop(c.New, id) },
	func(c *Case, id int) bool { return dropBoth(c, id) },
	func(c *Case, id int) bool { return drop(c.New, id) },
	func(c *Case, id int) bool { return drop(c.Base, id) },
	func(c *Case, id int) bool { return hoistBoth(c, id) },
	(*Case).plainText,
	(*Case).sameText,
	(*Case).dropElse,
}

func (c *Case) dropFile(id int) bool {
	if id >= 0 {
		return false
	}
	name := ""
	for _, p := range []*Program{c.Base, c.New} {
		if i := -1 - id; i < len(p.Files) {
			name = p.Files[i].Name
		}
	}
	dropped := false
	for _, p := range []*Program{c.Base, c.New} {
		p.Files = slices.DeleteFunc(p.Files, func(f *File) bool {
			drop := f.Name == name || c.Renamed[f.Name] == name
			dropped = dropped || drop
			return drop
		})
	}
	return dropped
}

// at calls f with the list and index of a node, if the node exists.
func at(p *Program, id int, f func(b *Block, i int)) bool {
	found := false
	for _, file := range p.Files {
		file.Funcs.visit(func(b *Block) {
			if i := slices.IndexFunc(b.List, func(n *Node) bool { return n.ID == id }); i >= 0 && !found {
				found = true
				f(b, i)
			}
		})
	}
	return found
}

func drop(p *Program, id int) bool {
	return at(p, id, func(b *Block, i int) { b.List = slices.Delete(b.List, i, i+1) })
}

func dropBoth(c *Case, id int) bool {
	a, b := drop(c.Base, id), drop(c.New, id)
	return a || b
}

// hoistBoth replaces a node by the contents of its blocks.
func hoistBoth(c *Case, id int) bool {
	hoist := func(b *Block, i int) {
		var inner []*Node
		for _, block := range b.List[i].blocks() {
			inner = append(inner, block.List...)
		}
		b.List = slices.Replace(b.List, i, i+1, inner...)
	}
	before, after := at(c.Base, id, hoist), at(c.New, id, hoist)
	return before || after
}

// plainText gives a node with a single text a short one.
func (c *Case) plainText(id int) bool {
	find := func(p *Program) (found *Node) {
		at(p, id, func(b *Block, i int) { found = b.List[i] })
		return found
	}
	old, now := find(c.Base), find(c.New)
	if old == nil || now == nil || old.Body != nil || now.Body != nil || len(old.Args)+len(now.Args) == 0 {
		return false
	}
	old.Form, old.Args, now.Form, now.Args = fmt.Sprintf("step%d()", id), nil, fmt.Sprintf("step%d()", id), nil
	return true
}

// sameText gives a node its old text.
func (c *Case) sameText(id int) bool {
	done := false
	at(c.Base, id, func(b *Block, i int) {
		old := b.List[i]
		at(c.New, id, func(b *Block, i int) {
			now := b.List[i]
			if (old.Body == nil) != (now.Body == nil) || len(old.blocks()) != len(now.blocks()) || ownForm(old) == ownForm(now) {
				return
			}
			if len(now.blocks()) > 0 && now.Body == nil {
				return
			}
			now.Form, now.Args, done = old.Form, cloneAll(old.Args), true
		})
	})
	return done
}

func ownForm(n *Node) string {
	parts := []string{n.Form}
	for _, a := range n.Args {
		parts = append(parts, ownForm(a))
	}
	return strings.Join(parts, "|")
}

func (c *Case) dropElse(id int) bool {
	done := false
	for _, p := range []*Program{c.Base, c.New} {
		at(p, id, func(b *Block, i int) {
			done = done || b.List[i].Else != nil
			b.List[i].Else, b.List[i].Chain = nil, false
		})
	}
	return done
}
