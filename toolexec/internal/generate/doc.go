// Package generate writes the Go source that goat adds to a package.
//
// In: the files of a package and its points. Out: the text of each file that
// has points, with a statement for each point; the file that declares the
// counters; and the file that passes the counters and the manifest to the
// runtime. toolexec writes them for the compiler.
//
//   - generate.go: the flow, and the generated files; package.go: what they are
//     made from
//   - hit.go: how a point counts
//   - marker.go, crowded.go, generic.go: why a hit costs no inlining, and the
//     functions in which it counts without a marker
//   - names.go: names that the user's code does not have
//
// The package reads and writes no files. For a package that redeclares all of
// uint32, int32 and rune it generates code that does not compile, because the
// counters need one of them.
package generate
