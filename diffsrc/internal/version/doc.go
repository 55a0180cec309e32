// Package version orders the tags of releases and finds the one before a given
// one.
//
// In: the names of a repository's tags. Out: which of them are versions, their
// order, and the version before a given one. It does not run git: the caller
// says which tags are ancestors.
package version
