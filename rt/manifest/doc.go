// Package manifest is the compact form in which a binary carries its tracking
// points and how they were chosen.
//
// The generator encodes one Package for each instrumented package, and one Main
// for each main package, into string constants. rt decodes them when they are
// first needed. `goat points` finds them in a binary by their magic bytes,
// without running it and without symbols. The package imports only the standard
// library, because it is part of the runtime.
package manifest
