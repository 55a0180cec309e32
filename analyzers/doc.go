// Package analyzers finds the tracking points of Go files.
//
// In: the parsed files of a package with their effective lines, and a
// granularity. Out: sites, the points with their places in the syntax trees,
// in the order in which a binary numbers them. goat-exec inserts hits there,
// goat-vet previews them; both call PackageSites, so they cannot differ.
//
// It works on syntax alone and is part of every instrumented compile, so it
// does not import go/types or the analysis framework. The go/analysis form of
// the same code are the packages below this one, listed by
// analyzers/suite: config, changed, the granularities line, patch, scope and
// function, component, and markers.
//
// How lines become changed statements, and what the comments +goat:insert and
// goat:ignore do, is told in internal/marks; which functions take no points,
// in internal/blocks; where the points go, in internal/rules.
package analyzers
