// Package toolexec is what goat-exec does when the go command runs it in
// front of a tool.
//
// In: the command line of compile, link, or any other tool, and the session of
// the build (internal/session). Out: the same tool's work on other inputs. A
// compile of a package with tracking points gets rewritten files and two
// generated ones. A compile of a main package binds the runtime. A link gets
// what the runtime needs. Everything else is passed to the tool unchanged.
//
//   - toolexec.go: one call of goat-exec, from its arguments to the tool's flow
//   - compile.go: the flow of one compile, a list of attempts; points.go finds a
//     package's points, instrument.go writes the compiler's inputs, compilation.go
//     has the compile and its files
//   - link.go: the flow of one link; unbound.go: what is said of a binary that
//     lacks the runtime
//   - version.go: the answer to -V=full; runner.go: what all of these share
//
// In a bare build, -V=full gets a salt, and the outputs of tools whose inputs
// goat does not change are borrowed from builds under other salts
// (internal/outputs). Under the driver, packages are salted one by one
// (internal/handshake), and the go command's own cache has everything else.
//
// The source tree is never touched. Text is inserted into a copy of a file at
// byte offsets, into existing lines, so no line moves. Where goat fails, the
// build goes on as without goat: a compile or link that fails on goat's inputs
// runs again on the user's, so that its messages are those of a plain build.
//
// Limits: packages of the standard library are not instrumented, and those of
// required modules only with modules: true. Some functions take no points (see
// package analyzers). A package that redeclares all of uint32, int32 and rune
// is compiled as it is, because the counters need one of them.
package toolexec
