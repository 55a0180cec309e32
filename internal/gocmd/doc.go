// Package gocmd finds the go command that a tool runs under and reads the
// build flags it was given.
//
// In: the ancestors of this process and the environment. Out: an identity of
// the go command that all tools of one build share, and the flags that
// change how packages are compiled. toolexec and goat-vet use the identity to
// find the session of a build, and the flags to build the runtime the same
// way as the application.
//
// Where the parent's command line cannot be read (any host but Linux) the
// flags come from GOFLAGS and GOAT_BUILDFLAGS, and from what the go command
// records of its build (Settled).
package gocmd
