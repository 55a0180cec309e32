package component

import (
	_ "embed"
	"fmt"
	"go/types"
	"reflect"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/changed"
	"github.com/goat-trace/goat/analyzers/function"
	"github.com/goat-trace/goat/analyzers/internal/helptext"
	"github.com/goat-trace/goat/analyzers/line"
	"github.com/goat-trace/goat/analyzers/patch"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/analyzers/scope"
)

//go:embed doc.go
var doc string

// Analyzer's result is a *Set.
var Analyzer = &analysis.Analyzer{
	Name:             "component",
	Doc:              helptext.Of(doc, "component"),
	URL:              "https://pkg.go.dev/github.com/goat-trace/goat/analyzers/component",
	Run:              run,
	RunDespiteErrors: true,
	Requires:         append([]*analysis.Analyzer{changed.Analyzer}, granularities...),
	ResultType:       reflect.TypeFor[*Set](),
	FactTypes:        []analysis.Fact{new(Fact)},
}

// granularities are the analyzers that find points. Only the one of the
// configured granularity finds any.
var granularities = []*analysis.Analyzer{line.Analyzer, patch.Analyzer, scope.Analyzer, function.Analyzer}

// report is the flag -component.report.
var report bool

func init() {
	Analyzer.Flags.BoolVar(&report, "report", false, "report the number of tracking points at each main package")
}

// Count is a package with tracking points.
type Count struct {
	Package string // import path
	Points  int
}

// Fact counts the points of a package and of all packages that it imports.
type Fact struct {
	Packages []Count // by import path, without packages that have no points
}

// AFact marks Fact as an analysis fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	parts := make([]string, len(f.Packages))
	for i, c := range f.Packages {
		parts[i] = fmt.Sprintf("%s %d", c.Package, c.Points)
	}
	return "component(" + strings.Join(parts, ", ") + ")"
}

// Set is what a binary of a package would hold.
type Set struct {
	Name     string // import path
	Main     bool   // whether it is a main package
	Total    int    // number of points
	Packages []Range
}

// Range is a package of a component and the ids of its points.
type Range struct {
	Package     string
	First, Last int // 1-based, inclusive
}

func run(pass *analysis.Pass) (any, error) {
	name := pass.ResultOf[changed.Analyzer].(*changed.Result).Package
	counts := imported(pass)
	for _, a := range granularities {
		if points := pass.ResultOf[a].([]point.Point); len(points) > 0 {
			counts[name] = len(points)
		}
	}
	fact := factOf(counts)
	if len(fact.Packages) > 0 {
		pass.ExportPackageFact(fact)
	}
	set := &Set{Name: name, Main: pass.Pkg.Name() == "main"}
	for _, c := range fact.Packages {
		set.Packages = append(set.Packages, Range{c.Package, set.Total + 1, set.Total + c.Points})
		set.Total += c.Points
	}
	if report && set.Main && len(pass.Files) > 0 {
		pass.Reportf(pass.Files[0].Name.Pos(), "component %s: %s in %s", set.Name, plural(set.Total, "tracking point"), plural(len(set.Packages), "package"))
	}
	return set, nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// imported merges the facts of the direct imports.
func imported(pass *analysis.Pass) map[string]int {
	counts := make(map[string]int)
	for _, imp := range pass.Pkg.Imports() {
		if imp == types.Unsafe {
			continue
		}
		var f Fact
		if !pass.ImportPackageFact(imp, &f) {
			continue
		}
		for _, c := range f.Packages {
			counts[c.Package] = c.Points
		}
	}
	return counts
}

func factOf(counts map[string]int) *Fact {
	f := new(Fact)
	for pkg, n := range counts {
		f.Packages = append(f.Packages, Count{pkg, n})
	}
	sort.Slice(f.Packages, func(i, j int) bool { return f.Packages[i].Package < f.Packages[j].Package })
	return f
}
