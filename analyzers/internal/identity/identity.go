package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"go/ast"
	"go/token"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/syntax"
)

// File is one file of a package.
type File struct {
	Fset *token.FileSet
	File *ast.File
	Src  []byte // the bytes that File was parsed from
}

// file maps positions to offsets.
func (f File) file() *token.File { return f.Fset.File(f.File.FileStart) }

// Package knows the declarations of a package. It is not safe for concurrent
// use.
type Package struct {
	path   string
	files  [][]*declaration          // the declarations of each file, sorted by position
	byName map[string][]*declaration // in the order of the files
	taken  map[taken]int
}

// Place is what a stable id is made of, except for the point's kind.
type Place struct {
	Decl    uint64 // the declaration's key
	Ordinal int    // of the place in the declaration, 0 or more
}

type taken struct {
	Place
	kind point.Kind
}

// New lists the declarations of a package. The order of files is the order in
// which declarations with the same tokens are numbered.
func New(path string, files []File) *Package {
	p := &Package{path: path, byName: make(map[string][]*declaration), taken: make(map[taken]int)}
	for _, f := range files {
		p.files = append(p.files, p.list(f))
	}
	return p
}

// Of returns the place of a site; file is an index into New's files. No two
// sites of one kind have the same place. If several +goat:insert comments ask
// for a point at one place, the ordinals of all but the first are raised by
// multiples of the number of places in the declaration.
func (p *Package) Of(file int, s *point.Site) Place {
	d := p.at(file, s.Node.Pos())
	if d == nil {
		return Place{} // not from this file
	}
	place := Place{p.key(d), d.places().of(s)}
	first := taken{place, s.Kind}
	place.Ordinal += p.taken[first] * d.places().count
	p.taken[first]++
	return place
}

// declaration is a function, or one specification of a var.
type declaration struct {
	file   File
	name   string // declarations with the same tokens have the same name
	node   ast.Node
	digest *[sha256.Size]byte // of the tokens, computed when needed
	key    *uint64            // computed when needed
	inside *places            // computed when needed
}

func (p *Package) list(f File) []*declaration {
	var all []*declaration
	add := func(name string, n ast.Node) {
		d := &declaration{file: f, name: name, node: n}
		all = append(all, d)
		p.byName[name] = append(p.byName[name], d)
	}
	for _, decl := range f.File.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			add("func "+d.Name.Name, d)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
					add("var "+names(s), s)
				}
			}
		}
	}
	return all
}

func names(s *ast.ValueSpec) string {
	list := make([]string, len(s.Names))
	for i, id := range s.Names {
		list[i] = id.Name
	}
	return strings.Join(list, ",")
}

// at returns the declaration that contains a position.
func (p *Package) at(file int, pos token.Pos) *declaration {
	all := p.files[file]
	i := sort.Search(len(all), func(i int) bool { return all[i].node.End() > pos })
	if i == len(all) || pos < all[i].node.Pos() {
		return nil
	}
	return all[i]
}

// key hashes the package path, the declaration's tokens (which include receiver
// and name), and how many declarations with the same tokens come before it. It
// searches those with the same name only.
func (p *Package) key(d *declaration) uint64 {
	if d.key != nil {
		return *d.key
	}
	same := uint32(0)
	for _, other := range p.byName[d.name] {
		if other == d {
			break
		}
		if other.tokens() == d.tokens() {
			same++
		}
	}
	h := sha256.New()
	h.Write([]byte(p.path))
	h.Write([]byte{0})
	tokens := d.tokens()
	h.Write(tokens[:])
	h.Write(binary.BigEndian.AppendUint32(nil, same))
	key := binary.BigEndian.Uint64(h.Sum(nil))
	d.key = &key
	return key
}

// tokens returns a hash of the declaration's tokens.
func (d *declaration) tokens() [sha256.Size]byte {
	if d.digest == nil {
		sum := sha256.Sum256(syntax.NormalForm(d.file.file(), d.file.Src, d.node))
		d.digest = &sum
	}
	return *d.digest
}

func (d *declaration) places() *places {
	if d.inside == nil {
		d.inside = placesOf(d.node)
	}
	return d.inside
}
