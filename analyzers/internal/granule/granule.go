package granule

import (
	"go/token"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/changed"
	"github.com/goat-trace/goat/analyzers/internal/helptext"
	"github.com/goat-trace/goat/analyzers/point"
)

// Analyzer returns a granularity's analyzer. Its result is a []point.Point.
// newFact wraps the package's points: a fact type belongs to one analyzer.
func Analyzer(name, doc string, g point.Granularity, newFact func(point.Fact) analysis.Fact) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:             name,
		Doc:              helptext.Of(doc, name),
		URL:              "https://pkg.go.dev/github.com/goat-trace/goat/analyzers/" + name,
		Run:              func(pass *analysis.Pass) (any, error) { return run(pass, g, newFact), nil },
		RunDespiteErrors: true,
		Requires:         []*analysis.Analyzer{changed.Analyzer},
		ResultType:       reflect.TypeFor[[]point.Point](),
		FactTypes:        []analysis.Fact{newFact(point.Fact{})},
	}
}

func run(pass *analysis.Pass, g point.Granularity, newFact func(point.Fact) analysis.Fact) []point.Point {
	in := pass.ResultOf[changed.Analyzer].(*changed.Result)
	if in.Granularity != g {
		return nil
	}
	var points []point.Point
	for i, sites := range analyzers.PackageSites(in.Package, g, in.Files) {
		file := pass.Fset.File(in.Files[i].File.FileStart)
		for _, s := range sites {
			points = append(points, s.Point)
			pass.Report(analysis.Diagnostic{
				Pos:      positionOf(file, s),
				Category: string(s.Kind),
				Message:  "tracking point: " + s.Message(),
			})
		}
	}
	if len(points) > 0 {
		pass.ExportPackageFact(newFact(point.Fact{Package: in.Package, Points: points}))
	}
	return points
}

// positionOf returns the site's own position, or the start of the point's
// line where the site is on another one.
func positionOf(file *token.File, s point.Site) token.Pos {
	if file.PositionFor(s.Pos, false).Line == s.Line {
		return s.Pos
	}
	return file.LineStart(s.Line)
}
