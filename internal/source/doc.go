// Package source finds the source files of a build, and whose they are.
//
// In: a directory in a repository or next to one, and what a build was made from.
// Out: for a point's site the file's place in the repository, its text, and its
// owners. The text is the commit's if that is available, else the work tree's; a
// note says so.
//
// What it cannot do: it fetches nothing, and has no source of required modules.
package source
