// Package patch reads unified diffs.
//
// In: a patch file of a user's (Parse), or what git diff prints without context
// (Bare). Out: the changed lines of each file, for package compare; of a user's patch
// also what a file was before it (File.Reverse), if the patch fits the file. Package
// diffsrc calls both.
//
// What it cannot do: read combined diffs of merges, or take a patch off a file that
// has changed since.
package patch
