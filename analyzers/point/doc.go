// Package point defines tracking points, which the analyzers find and the
// rewriter inserts.
//
// A Point is what users see in goat-vet's output, in the manifest and in
// /track. A Site is a Point with the place in the syntax tree where its hit
// goes, which only the rewriter needs. Fact carries a package's points to the
// packages that import it.
package point
