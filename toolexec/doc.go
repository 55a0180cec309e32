// Package toolexec is what goat-exec does when the go command runs it in
// front of a tool.
//
// In: the command line of compile, link, or any other tool, and the session
// of the build (internal/session). Out: the same tool's work on other inputs.
// Compiles of packages that hold tracking points get rewritten files and two
// generated ones; compiles of main packages bind the runtime; links get what
// the runtime needs. Everything else is handed to the tool as it is.
//
// In a bare build -V=full gets a salt, and what tools make of inputs that goat
// leaves alone is borrowed from builds under other salts (borrow.go). Under the
// driver (internal/driver) packages are salted one by one (driven.go), and the
// go command's own cache has the rest.
//
// The source tree is never touched. A file's text is inserted into at byte
// offsets, on the line where it stands, so no line moves. What goat cannot do
// builds as it would without goat: a compile or link that fails on goat's
// inputs is run again on the user's, which then speak for themselves.
//
// Limits: packages of the standard library are not instrumented, those of
// required modules only with modules: true; functions that must not be touched
// (see package analyzers) neither. A package that gives all of uint32, int32 and
// rune another meaning is compiled as it is: the counters need one of them.
package toolexec
