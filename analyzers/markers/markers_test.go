package markers_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/goat-trace/goat/analyzers/markers"
)

func TestMarkers(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), markers.Analyzer, "a")
}
