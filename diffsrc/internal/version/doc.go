// Package version orders the tags of releases and finds the one before a given
// one.
//
// In: the names of a repository's tags. Out: which of them are versions, their
// order, and the version that another one follows. It knows no git: whoever
// calls says which tags are ancestors.
package version
