// Package blocks lays a file out as functions, their blocks, and the
// statements directly in each block.
//
// In: a parsed file and a Marker that says which statements are changed. Out:
// the functions and function literals that may hold a point, each with its
// blocks in the order of their positions; the rules package puts points into
// them.
//
// The layout follows control: a branch that is not written (the else of an
// if, the default of a switch) is a block when its header is changed, and an
// if that is in an else is a block of its own. Declarations of types and
// constants and empty statements are left out. A bare block is an entry of
// the list around it, never changed, and a block itself. A header's parts
// belong to what they run with, see head.go.
//
// Left out are functions that can hold no counter: without a body, named "_"
// (they cannot be called), marked nosplit, systemstack, nowritebarrier or
// yeswritebarrier, bound by linkname, or exported by a pragma of cgo.
//
// It works on syntax alone. It takes a call of an identifier panic for Go's
// own, and cannot know that another call never returns.
package blocks
