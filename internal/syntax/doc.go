// Package syntax says which statements a Go file holds and which source
// text is each statement's own.
//
// In: a parsed file. Out: its executable statements, each with the extents
// that belong to it alone, the ones of nested blocks and function literals
// taken out. diffsrc asks it whether a deleted token was part of a statement
// that stays; the analyzers ask it which statements a changed line touches.
//
// It works on syntax alone: it knows no types, and so cannot tell that a
// call never returns.
package syntax
