package preview

import (
	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// Package is a package whose files are wanted.
type Package struct {
	Path   string // import path
	Module string // path of the module
	Files  []File // all that are compiled, sorted by Rel
	// Entry says of a main package that its binary serves its points.
	Entry bool
}

// File is one Go file.
type File struct {
	Path string // absolute
	analyzers.FileInput
}

// Options say how points count.
type Options struct {
	Granularity point.Granularity
	Counts      bool   // exact counts, and not 0 and 1
	Race        bool   // as with go build -race
	GoVersion   string // of the compiler, as "go1.26.8"
}

// Text is a file with its points.
type Text struct {
	File
	New    []byte
	Points []point.Point
}

// Compiled returns the files with points as the compiler would read them.
func Compiled(p Package, o Options) ([]Text, error) {
	pkg := generate.Package{Path: p.Path, Module: p.Module}
	for i, sites := range p.sites(o.Granularity) {
		f := p.Files[i]
		if !rewrite.Headable(f.Path) {
			sites = nil
		}
		pkg.Name = f.File.Name.Name
		pkg.Files = append(pkg.Files, &generate.File{
			Name: f.Rel, Src: f.Src, Syntax: f.File, Text: rewrite.UserFile(f.Path, f.Src, f.Fset, f.File), Hits: generate.Hits(sites),
		})
	}
	gen := generate.New(&pkg, o.Counts, o.Race, nil)
	if gotool.KnownToolchain(o.GoVersion).Marker && (pkg.Name != "main" || p.Entry) {
		if _, err := gen.Mark(); err != nil {
			return nil, err
		}
	}
	var texts []Text
	for i, f := range pkg.Files {
		if len(f.Hits) == 0 {
			continue
		}
		text, err := gen.Rewrite(f)
		if err != nil {
			return nil, err
		}
		t := Text{File: p.Files[i], New: text}
		for _, h := range f.Hits {
			t.Points = append(t.Points, h.Site.Point)
		}
		texts = append(texts, t)
	}
	return texts, nil
}

func (p Package) sites(g point.Granularity) [][]point.Site {
	inputs := make([]analyzers.FileInput, len(p.Files))
	for i, f := range p.Files {
		inputs[i] = f.FileInput
	}
	return analyzers.PackageSites(p.Path, g, inputs)
}
