package rules

import (
	"fmt"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Rule returns the sites of one function.
type Rule func(f *blocks.Func, at Place) []point.Site

// For returns the rule of a granularity.
func For(g point.Granularity) (Rule, error) {
	switch g {
	case point.Line:
		return Line, nil
	case point.Patch:
		return Patch, nil
	case point.Scope:
		return Scope, nil
	case point.Func:
		return Function, nil
	}
	return nil, fmt.Errorf("unknown granularity %q: use one of %v", g, point.Granularities())
}
