// Package analyzers finds the tracking points of Go files.
//
// In: a package's parsed files with their effective lines, and a granularity.
// Out: sites, which are points with their places in the syntax trees, in the
// order in which a binary numbers them. goat-exec inserts hits there and
// goat-vet previews them. Both call PackageSites, so they cannot differ.
//
// It works on syntax alone. It is part of every instrumented compile, so it
// imports neither go/types nor the analysis framework. The packages below this
// one offer the same as go/analysis analyzers: config, changed, the
// granularities line, patch, scope and function, component, and markers.
// Package suite lists them.
//
// Where to read on: internal/marks says how lines become changed statements and
// what the comments +goat:insert and goat:ignore do, internal/blocks which
// functions take no points, internal/rules where the points go.
package analyzers
