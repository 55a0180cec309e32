package generate

import (
	"go/ast"
	"sort"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// Package is a package that is being compiled, with its points.
type Package struct {
	Path    string // import path
	Name    string // from its package clause
	Module  string // path of the module; "" outside the workspace
	Version string // of the module
	Files   []*File
}

// File is one Go file of a package. A file without a Name only matters for its
// text, which must not contain goat's names.
type File struct {
	Name   string // module-relative
	Src    []byte
	Syntax *ast.File    // nil if the file was not parsed
	Text   rewrite.File // what the compiler would read without goat
	Hits   []Hit
}

// Hit is a point that gets a counter.
type Hit struct {
	Site point.Site
	// Shared says that nothing is inserted, because the next hit counts for
	// both.
	Shared bool
}

// Hits returns the hits of a file's points.
func Hits(sites []point.Site) []Hit {
	var hits []Hit
	for i, site := range sites {
		hits = append(hits, Hit{Site: site, Shared: i+1 < len(sites) && together(site, sites[i+1])})
	}
	return hits
}

// together reports whether two points are always hit together: a function's
// own, and the one before its first statement. Then one counter does for both,
// which saves small functions a hit that would keep them from being inlined. It
// is false if the statement has a label, which a goto may jump to.
func together(fn, next point.Site) bool {
	if fn.Kind != point.KindFunc || fn.Anchor != point.BlockStart || next.Anchor != point.Before {
		return false
	}
	body, ok := fn.Node.(*ast.BlockStmt)
	return ok && len(body.List) > 0 && ast.Node(body.List[0]) == next.Node
}

// Numbers returns the number of each file's first counter.
func (p *Package) Numbers() map[*File]int {
	numbers := make(map[*File]int)
	next := 0
	for _, f := range p.Hit() {
		numbers[f] = next
		next += len(f.Hits)
	}
	return numbers
}

// Count returns the number of points.
func (p *Package) Count() int {
	n := 0
	for _, f := range p.Files {
		n += len(f.Hits)
	}
	return n
}

// Hit returns the files that hold points, in the order of their counters.
func (p *Package) Hit() []*File {
	var files []*File
	for _, f := range p.Files {
		if len(f.Hits) > 0 {
			files = append(files, f)
		}
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return files
}

// DropPoints removes all points from the package.
func (p *Package) DropPoints() {
	for _, f := range p.Files {
		f.Hits = nil
	}
}

// manifest returns what the binary says about the package.
func (p *Package) manifest() manifest.Package {
	m := manifest.Package{Path: p.Path, Module: p.Module, Version: p.Version}
	for _, f := range p.Hit() {
		for _, h := range f.Hits {
			s := h.Site
			m.Points = append(m.Points, manifest.Point{
				File: s.File, Func: s.Func, Kind: string(s.Kind), Line: s.Line, EndLine: s.EndLine,
				Lines: s.Lines, Directive: s.Directive, Decl: s.Decl, Ordinal: s.Ordinal, Shared: h.Shared,
			})
		}
	}
	return m
}

// declarations returns the declarations of all parsed files.
func (p *Package) declarations() []ast.Decl {
	var all []ast.Decl
	for _, f := range p.Files {
		if f.Syntax != nil {
			all = append(all, f.Syntax.Decls...)
		}
	}
	return all
}
