package changed

import (
	_ "embed"
	"fmt"
	"go/ast"
	"path"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/internal/helptext"
	"github.com/goat-trace/goat/analyzers/point"
)

//go:embed doc.go
var doc string

// Analyzer's result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:             "changed",
	Doc:              helptext.Of(doc, "changed"),
	URL:              "https://pkg.go.dev/github.com/goat-trace/goat/analyzers/changed",
	Run:              run,
	RunDespiteErrors: true,
	Requires:         []*analysis.Analyzer{config.Analyzer},
	ResultType:       reflect.TypeFor[*Result](),
}

// Result is what the granularities need of a package.
type Result struct {
	Package     string            // import path without the mark of a test variant
	Module      string            // "" outside the workspace's modules
	Granularity point.Granularity // "" without files
	// Files are the package's files, sorted by Rel. Packages outside the
	// workspace's modules have none.
	Files []analyzers.FileInput
}

// Statements returns the changed statements in the order of their positions,
// including those that take no point.
func (r *Result) Statements() []analyzers.Statement {
	var all []analyzers.Statement
	for _, f := range r.Files {
		all = append(all, analyzers.Changed(f)...)
	}
	return all
}

func run(pass *analysis.Pass) (any, error) {
	source := pass.ResultOf[config.Analyzer].(*config.Result)
	r := new(Result)
	r.Package, _, _ = strings.Cut(pass.Pkg.Path(), " ")
	for _, file := range pass.Files {
		if err := r.add(pass, source, file); err != nil {
			return nil, err
		}
	}
	if len(r.Files) == 0 {
		return r, nil
	}
	g, err := source.Granularity()
	if err != nil {
		return nil, err
	}
	r.Granularity = g
	sort.Slice(r.Files, func(i, j int) bool { return r.Files[i].Rel < r.Files[j].Rel })
	return r, nil
}

// add adds a file of the workspace with its effective lines.
func (r *Result) add(pass *analysis.Pass, source config.Source, file *ast.File) error {
	name := pass.Fset.File(file.FileStart).Name()
	if strings.HasSuffix(name, "_test.go") && !source.Tests() {
		return nil
	}
	if !filepath.IsAbs(name) || !strings.HasSuffix(name, ".go") {
		return nil // cgo's output, which some drivers show
	}
	module, dir, ok, err := source.Package(r.Package, filepath.Dir(name))
	if err != nil || !ok {
		return err
	}
	src, err := pass.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading a file of %s: %w", r.Package, err)
	}
	rel := path.Join(dir, filepath.Base(name))
	lines, all, err := source.Lines(module, rel, src, file)
	if err != nil {
		return fmt.Errorf("finding the changed lines of %s: %w", rel, err)
	}
	r.Module = module
	r.Files = append(r.Files, analyzers.FileInput{Fset: pass.Fset, File: file, Src: src, Rel: rel, Lines: lines, All: all})
	return nil
}
