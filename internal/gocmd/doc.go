// Package gocmd finds the go command that a tool runs under and reads the
// build flags it was given.
//
// In: the ancestors of this process and the environment. Out: an identity of
// the go command, the same for all tools of one build, and the flags that
// change how packages are compiled. By the identity toolexec and goat-vet find the
// session of a build. With the flags toolexec compiles the runtime as the
// application is compiled.
//
// Only on Linux can the parent's command line be read. On other systems the flags
// come from GOFLAGS and GOAT_BUILDFLAGS, and from what the go command records of
// its build in the binary (Corrected).
package gocmd
