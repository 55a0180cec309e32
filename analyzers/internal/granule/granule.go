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

// Analyzer returns the analyzer of a granularity. Its result is a
// []point.Point. newFact wraps the points in a fact type of the caller's,
// because two analyzers cannot share one.
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

// positionOf returns the site's position or, if that is on another line than
// the point's, the start of the point's line.
func positionOf(file *token.File, s point.Site) token.Pos {
	if file.PositionFor(s.Pos, false).Line == s.Line {
		return s.Pos
	}
	return file.LineStart(s.Line)
}
