// Package manifest is the compact form in which a binary carries its tracking
// points and how they were chosen.
//
// The rewriter encodes one Package for each instrumented package and one Main
// for each main package into string constants; rt decodes them when first
// asked; `goat points` finds them in a binary's bytes by their magic, without
// running it and without symbols. Standard library only: it is part of the
// runtime.
package manifest
