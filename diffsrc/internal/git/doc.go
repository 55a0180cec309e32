// Package git runs git on a user's repository. It does not change the
// repository and does not start programs that the repository's files name.
//
// In: a directory of a work tree. Out: the Repository around it, with what git
// knows about it: the files in the index and on disk, their attributes, the
// objects, the submodules. Package diffsrc reads both sides of a comparison
// through it and compares them in a Scratch, a private repository that borrows
// the user's objects. A Witness notes git's answers and the files that were
// read, and can later check whether all of that is still the same.
//
// It writes to a repository in one case only: it fetches files of the base that
// a partial clone lacks, with a git configuration of goat's own (fetch.go).
// docs/security.md says what it trusts.
//
// What it cannot do: run filters, recode files, or open a repository that another
// user owns.
package git
