package edits

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path"
	"slices"
	"strconv"
)

// Case is a pair of programs, and what is known about it.
type Case struct {
	Seed      uint64
	Base, New *Program
	Edits     []string // what was done, in words
	Tight     bool     // statements share lines
	Renamed   map[string]string
}

// Generate makes the case of a seed. Different seeds below a million give code with
// no name in common.
func Generate(seed uint64) *Case {
	c := generate(seed, false)
	if !c.New.parses(c.Tight) {
		c = generate(seed, true)
	}
	return c
}

// generate makes a case. It looks at the text after each edit only if it is told
// to: one edit in fifty leaves no Go file.
func generate(seed uint64, careful bool) *Case {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 9)), tag: strconv.FormatUint(seed%1e6, 10) + "x", repetitive: 5}
	if m.chance(25) {
		m.repetitive = 20 + m.IntN(40)
	}
	c := &Case{Seed: seed, Tight: m.chance(10), Renamed: make(map[string]string), Base: &Program{}}
	for i := range 1 + max(0, m.IntN(6)-3) {
		c.Base.Files = append(c.Base.Files, m.file(path.Join(pick(m, []string{"", "", "sub"}), fmt.Sprintf("f%d.go", i)), "p", 1+m.IntN(4), 12))
	}
	c.New = c.Base.clone()
	c.edit(m, c.number(m), careful)
	if m.chance(12) {
		c.renameFile(m)
	}
	if m.chance(6) {
		c.copyFile(m)
	}
	if m.chance(4) {
		c.New.Files[0].Package = "q"
	}
	return c
}

// number says how many edits there are.
func (c *Case) number(m *maker) int {
	if m.chance(15) {
		return 5 + m.IntN(10)
	}
	return 1 + m.IntN(4)
}

// edit makes n changes. With careful it undoes a change that leaves text that is
// not Go.
func (c *Case) edit(m *maker, n int, careful bool) {
	kinds := Edits()
	for tries := 0; n > 0 && tries < 50; tries++ {
		kind := pick(m, kinds)
		before := c.New.clone()
		if !kind.Do(&editor{m, c.New}) || careful && !c.New.parses(c.Tight) {
			c.New = before
			continue
		}
		c.Edits = append(c.Edits, kind.Name)
		n--
	}
}

func (p *Program) parses(tight bool) bool {
	for _, f := range p.Files {
		file, err := parser.ParseFile(token.NewFileSet(), "", f.text(tight).Bytes(), parser.SkipObjectResolution)
		if err != nil || hasIdleLiteral(file) {
			return false
		}
	}
	return true
}

// hasIdleLiteral reports whether a function literal is a statement of its own. The
// compiler refuses that, but the parser does not.
func hasIdleLiteral(file *ast.File) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.ExprStmt); ok {
			_, literal := s.X.(*ast.FuncLit)
			found = found || literal
		}
		return !found
	})
	return found
}

// renameFile renames a file that was not changed much.
func (c *Case) renameFile(m *maker) {
	i := m.IntN(len(c.New.Files))
	f := c.New.Files[i]
	old := f.Name
	f.Name = path.Join(pick(m, []string{"", "other"}), "renamed"+strconv.Itoa(i)+".go")
	c.Renamed[f.Name] = old
	c.Edits = append(c.Edits, "rename file")
}

// copyFile copies a file and changes a little of the copy.
func (c *Case) copyFile(m *maker) {
	f := pick(m, c.New.Files)
	if c.Renamed[f.Name] != "" {
		return // git decides which of two new files has the old one's lines
	}
	e := &editor{m, c.New}
	copied := &File{Name: path.Join(path.Dir(f.Name), "copied.go"), Package: f.Package, Funcs: &Block{e.fresh(f.Funcs.List)}}
	p := &Program{[]*File{copied}}
	(&editor{m, p}).insert()
	if !p.parses(c.Tight) {
		return
	}
	c.New.Files = append(slices.Clone(c.New.Files), copied)
	c.Edits = append(c.Edits, "copy file")
}

// side is a program in its written form.
func (c *Case) side(p *Program) (Side, error) {
	s := make(Side)
	for _, f := range p.Files {
		t := f.text(c.Tight)
		units, err := Units(t.Bytes())
		if err != nil {
			return nil, fmt.Errorf("reading the generated file %s of seed %d: %w", f.Name, c.Seed, err)
		}
		at := make(map[int]int)
		for id, offset := range t.starts {
			at[offset] = id
		}
		file := &Source{Text: t.String(), Units: units}
		for _, u := range units {
			file.ids = append(file.ids, at[u.Offset])
		}
		s[f.Name] = file
	}
	return s, nil
}

// old returns the name of the base's file that a file's lines are compared
// with at a precision, "" for none.
func (c *Case) old(name string, precision int, base Side) string {
	if old := c.Renamed[name]; base[old] != nil && precision < 3 {
		return old
	}
	if base[name] != nil {
		return name
	}
	return ""
}
