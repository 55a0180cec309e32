package suite_test

import (
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/suite"
)

func TestSuiteIsValid(t *testing.T) {
	if err := analysis.Validate(suite.Analyzers()); err != nil {
		t.Error(err)
	}
}
