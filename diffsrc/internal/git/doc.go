// Package git runs git on a user's repository without changing it and without
// starting a program that the repository's files name.
//
// In: a directory of a work tree. Out: the Repository around it, with what git
// knows of it: its files in the index and on disk, their attributes, its objects,
// its submodules. Package diffsrc reads both sides of a comparison with it and
// compares them in a Scratch, a private repository that borrows the objects of the
// user's. A Witness notes what git was asked and which files were looked at, and
// can ask all of that again.
//
// A repository is written to in one case: a partial clone lacks the files of a
// base. They are fetched, with a configuration of our own (fetch.go). docs/security.md
// says what is trusted.
//
// What it cannot do: run filters, recode files, or open a repository that another
// user owns.
package git
