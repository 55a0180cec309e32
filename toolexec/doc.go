// Package toolexec is what goat-exec does when the go command runs it in
// front of a tool.
//
// In: the command line of compile, link, or any other tool, and the session
// of the build (internal/session). Out: the same tool's work on other inputs.
// Compiles of packages that hold tracking points get rewritten files and two
// generated ones; compiles of main packages bind the runtime; links get what
// the runtime needs. Everything else is handed to the tool as it is.
//
//   - toolexec.go: one call of goat-exec, from its arguments to the tool's flow
//   - compile.go: the flow of one compile, a list of attempts; points.go finds a
//     package's points, instrument.go writes the compiler's inputs, compilation.go
//     has the compile and its files
//   - link.go: the flow of one link; unbound.go: what is said of a binary that
//     lacks the runtime
//   - version.go: the answer to -V=full; runner.go: what all of these share
//
// In a bare build -V=full gets a salt, and what tools make of inputs that goat
// leaves alone is borrowed from builds under other salts (internal/outputs). Under
// the driver packages are salted one by one (internal/handshake of goat's), and the
// go command's own cache has the rest.
//
// The source tree is never touched. A file's text is inserted into at byte
// offsets, on the line where it is, so no line moves. What goat cannot do
// builds as it would without goat: a compile or link that fails on goat's
// inputs is run again on the user's, whose messages are then those of a plain build.
//
// Limits: packages of the standard library are not instrumented, and those of
// required modules only with modules: true. Functions that must not be touched
// are left alone (see package analyzers). A package that gives all of uint32, int32 and
// rune another meaning is compiled as it is: the counters need one of them.
package toolexec
