// Package blocks lays a file out as functions, their blocks, and the
// statements directly in each block.
//
// In: a parsed file, and a Marker that says which statements are changed. Out:
// the functions and function literals that may hold a point, each with its
// blocks in the order of their positions. Package rules puts points into them.
//
// The layout follows control. A missing branch (the else of an if, the default
// of a switch) is a block of its own when the header is changed, and so is an
// if inside an else. Declarations of types and constants and empty statements
// are left out. A bare block appears twice: as a statement of the list around
// it, which is never changed, and as a block. Each part of a header belongs to
// the code that it runs with, see head.go.
//
// Functions that can hold no counter are left out: those without a body, those
// named "_" (nobody can call them), those marked nosplit, systemstack,
// nowritebarrier or yeswritebarrier, those bound by linkname, and those that a
// pragma of cgo exports.
//
// It works on syntax alone. It takes any call of an identifier panic for the
// builtin, and does not know which other calls never return.
package blocks
