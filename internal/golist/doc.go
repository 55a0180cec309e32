// Package golist lists packages as the go command does.
//
// In: package patterns and build tags. Out: the packages that they name, with
// their files and imports, without types.
//
// It knows nothing of goat's settings. What a build with other flags than tags
// would compile it cannot tell.
package golist
