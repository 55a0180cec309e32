// Package diffsrc finds the lines of a Go work tree that changed since a base.
//
// In: a base ref (or a patch file, or an index made earlier) and the modules
// of a build. Out: a LineSet, the effective lines of each changed file. The
// analyzers package turns it into tracking points.
//
// The new side is always the work tree as the compiler reads it: committed,
// staged, unstaged, and untracked files that git does not ignore. The old
// side is the tree of the base. Nothing but content decides: no dates, no
// history beyond finding a merge base, so shallow clones work when the base
// commit is there.
//
// A line is effective when it holds a token that the base does not have at
// that place, or when tokens of a statement that stays were deleted there.
// Comments, blank lines and formatting never count.
package diffsrc
