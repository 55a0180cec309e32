// Package source finds the source files of a build, and whose they are.
//
// In: a directory in or beside a repository, and what a build was made of. Out: for
// a point's site the file's place in the repository, its text, its owners. The text
// is the commit's where that is at hand, else the work tree's; a note says so.
//
// What it cannot do: it fetches nothing, and has no source of required modules.
package source
