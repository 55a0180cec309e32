// Package patch reads unified diffs.
//
// In: a user's patch file (Parse), or the output of git diff without context
// lines (Bare). Out: the changed lines of each file, for package compare, and
// for a user's patch also each file's state before it (File.Reverse), if the
// patch fits the file. Package diffsrc calls both.
//
// It cannot read combined diffs of merges, or reverse a patch on a file that
// has changed since.
package patch
