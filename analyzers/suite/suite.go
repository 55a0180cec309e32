package suite

import (
	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/component"
	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/function"
	"github.com/goat-trace/goat/analyzers/line"
	"github.com/goat-trace/goat/analyzers/markers"
	"github.com/goat-trace/goat/analyzers/patch"
	"github.com/goat-trace/goat/analyzers/scope"
)

// Analyzers returns the analyzers that a driver runs. config.Analyzer is listed
// because it owns the flags; changed is not, since the others require it.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		config.Analyzer,
		line.Analyzer,
		patch.Analyzer,
		scope.Analyzer,
		function.Analyzer,
		component.Analyzer,
		markers.Analyzer,
	}
}
