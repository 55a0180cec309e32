// Package point defines tracking points, what the analyzers produce and the
// rewriter inserts.
//
// A Point is what everybody sees: goat-vet's output, the manifest, /track. A
// Site is a Point with the place in the syntax tree where its hit goes; only
// the rewriter needs it. Fact carries a package's points to the packages that
// import it.
package point
