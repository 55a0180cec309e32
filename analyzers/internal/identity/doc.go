// Package identity says which declaration a tracking point is in and
// where in it: what a stable id is made of.
//
// In: all files of a package, in the compiler's order. Out: a Place for each
// site, the declaration's key and an ordinal; point.StableID makes the id of
// them and of the point's kind.
//
// The key is a hash of the package path and of the declaration's tokens in a
// normal form, in which layout, comments and what gofmt takes away make no
// difference. It is the same wherever in the package the declaration is,
// and another one once a token of it is edited. Declarations of one package
// with the same tokens, such as two functions init or two variables _, are
// numbered in the order of the files.
//
// A declaration is a function with its receiver, or one specification of a
// var: in var ( a = …; b = … ) a and b are two, each the same as if it stood
// alone behind a var.
//
// The ordinal counts statements, blocks and clauses in the order in which they
// come in the syntax. It does not depend on which of them hold points.
//
// It cannot know what a declaration refers to: an edited constant or type
// leaves the ids of the functions that use it alone.
package identity
