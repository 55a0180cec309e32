// Package preview writes what a build would compile, without a build.
//
// In: the files of a package, parsed, with their effective lines. Out: the text
// of each file with points, in two forms:
//
//   - preview.go: as goat-exec hands it to the compiler, byte for byte.
//   - marked.go: as source-patching tools write it, statements between +goat:
//     comments, on lines of their own where they can be. "goat clean" takes
//     them away again.
//
// It sees the user's files: not what cover or cgo would make of them before they
// are compiled.
package preview
