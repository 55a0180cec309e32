package vet

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/analyzers/trace"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/vet/source"
)

// previewer gathers the packages of the workspace and computes their points.
type previewer struct {
	source      *source.Source
	granularity point.Granularity
	byPath      map[string]*pkg
	mains       []*pkg
	trace       config.Trace
}

// pkg is a package of the workspace's modules, or one on the way to it.
type pkg struct {
	path    string
	module  string // "" outside the workspace's modules
	dir     string // of the package, module-relative
	name    string
	files   []string
	imports []*pkg
	points  []point.Point
	// recordable are the functions in the trace scope.
	recordable []recordable
}

// collect walks the import graph. If a package has several test variants, it takes
// the one with the most files for all of them.
func (p *previewer) collect(roots []*packages.Package) {
	seen := make(map[*packages.Package]*pkg)
	for _, root := range roots {
		if strings.HasSuffix(root.ID, ".test") {
			continue // what go test generates
		}
		if found := p.visit(root, seen); found.name == "main" && found.module != "" && !slices.Contains(p.mains, found) {
			p.mains = append(p.mains, found)
		}
	}
	slices.SortFunc(p.mains, func(a, b *pkg) int { return cmp.Compare(a.path, b.path) })
}

func (p *previewer) visit(in *packages.Package, seen map[*packages.Package]*pkg) *pkg {
	if known, ok := seen[in]; ok {
		return known
	}
	out := p.byPath[in.PkgPath]
	if out == nil {
		out = &pkg{path: in.PkgPath, name: in.Name}
		p.byPath[in.PkgPath] = out
	}
	seen[in] = out
	if len(in.GoFiles) > len(out.files) {
		out.files = in.GoFiles
		out.module, out.dir = p.moduleOf(in)
	}
	for _, imp := range in.Imports {
		if dep := p.visit(imp, seen); !slices.Contains(out.imports, dep) {
			out.imports = append(out.imports, dep)
		}
	}
	return out
}

// moduleOf returns the workspace module that a package is of.
func (p *previewer) moduleOf(in *packages.Package) (module, dir string) {
	module, dir, ok, err := p.source.Package(in.PkgPath, filepath.Dir(in.GoFiles[0]))
	if err != nil || !ok {
		return "", ""
	}
	return module, dir
}

// compute finds the points of every package of the workspace.
func (p *previewer) compute(ctx context.Context, progress *terminal.Progress) error {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	started := 0
	for _, pkg := range p.byPath {
		started++
		if pkg.module != "" {
			progress.Step("finding points in packages", started, len(p.byPath))
			g.Go(func() error { return p.points(pkg) })
		}
	}
	return g.Wait()
}

// points computes the points of a package.
func (p *previewer) points(pkg *pkg) error {
	inputs, err := p.source.Inputs(source.Files{Package: pkg.path, Module: pkg.module, Dir: pkg.dir, Names: pkg.files, Whole: p.trace.Holds(pkg.path, pkg.dir)})
	if err != nil || len(inputs) == 0 {
		return err
	}
	all := analyzers.PackageSites(pkg.path, p.granularity, inputs)
	for _, sites := range all {
		for _, s := range sites {
			pkg.points = append(pkg.points, s.Point)
		}
	}
	pkg.recordable = p.recordable(pkg, inputs, all)
	return nil
}

// recordable returns the functions of a package in the trace scope. A package whose
// types cannot be had will have none; only its compile can tell.
func (p *previewer) recordable(pkg *pkg, inputs []analyzers.FileInput, sites [][]point.Site) []recordable {
	whole := p.trace.Holds(pkg.path, pkg.dir)
	if !whole && !p.trace.Changed() {
		return nil
	}
	files := make([]*ast.File, len(inputs))
	for i, in := range inputs {
		files[i] = in.File
	}
	var found []recordable
	wanted := func(i int, d *ast.FuncDecl, pos token.Pos) bool {
		from, to := trace.Extent(files[i], d, pos)
		return whole || slices.ContainsFunc(sites[i], func(s point.Site) bool { return from <= s.Node.Pos() && s.Node.Pos() < to })
	}
	words := p.trace.Words()
	for i, functions := range trace.Names(files, wanted) {
		in := inputs[i]
		seen := make(map[token.Pos]bool)
		for _, f := range functions {
			seen[f.Pos] = true
			found = append(found, recordable{
				Package: pkg.path, Module: pkg.module, File: in.Rel, Line: in.Fset.PositionFor(f.Pos, false).Line, Func: f.Name,
				Inlined: f.Inlined && !whole && !p.trace.Inlined(), Redacted: redactedNames(files[i], f.Pos, words),
			})
		}
		for d, reason := range notRecordable(files[i], seen, func(d *ast.FuncDecl) bool { return wanted(i, d, d.Pos()) }) {
			found = append(found, recordable{Package: pkg.path, Module: pkg.module, File: in.Rel, Line: in.Fset.PositionFor(d.Pos(), false).Line, Func: d.Name.Name, Reason: reason})
		}
	}
	slices.SortStableFunc(found, func(a, b recordable) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return found
}

// closure returns the packages with points that a binary of main holds, by
// import path.
func closure(main *pkg) []*pkg {
	seen := make(map[*pkg]bool)
	var found []*pkg
	var visit func(*pkg)
	visit = func(p *pkg) {
		if seen[p] {
			return
		}
		seen[p] = true
		if len(p.points) > 0 {
			found = append(found, p)
		}
		for _, imp := range p.imports {
			visit(imp)
		}
	}
	visit(main)
	slices.SortFunc(found, func(a, b *pkg) int { return cmp.Compare(a.path, b.path) })
	return found
}
