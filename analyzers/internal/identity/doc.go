// Package identity finds what a stable id is made of: the declaration that a
// tracking point is in, and the point's place in it.
//
// In: all files of a package, in the order in which they are compiled. Out: a
// Place for each site, which is the key of its declaration and an ordinal.
// point.StableID makes the id from both and the point's kind.
//
// The key is a hash of the package path and of the declaration's tokens in a
// normal form that layout, comments and gofmt do not change. It stays the same
// wherever in the package the declaration is, and changes when a token of it is
// edited. Declarations of one package with the same tokens, such as two empty
// init functions or two variables named _, are numbered in the order of the
// files.
//
// A declaration is a function with its receiver, or one specification of a var:
// in var ( a = …; b = … ), a and b are two declarations, each the same as in a
// var of its own.
//
// The ordinal counts statements, blocks and clauses in the order of the syntax,
// whether or not they hold points.
//
// It does not know what a declaration refers to: editing a constant or type
// does not change the ids of functions that use it.
package identity
