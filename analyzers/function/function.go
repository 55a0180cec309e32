package function

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/internal/granule"
	"github.com/goat-trace/goat/analyzers/point"
)

//go:embed doc.go
var doc string

// Analyzer's result is a []point.Point, in the order of the points' ids.
var Analyzer = granule.Analyzer("function", doc, point.Func, func(f point.Fact) analysis.Fact { return &Fact{f} })

// Fact holds the points of a package with tracking points.
type Fact struct{ point.Fact }
