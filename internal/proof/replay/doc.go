// Package replay holds what the tracer has recorded of a program against what the
// program itself says.
//
// In: a seed. Out: a package of random functions with all constructs of the
// language, written twice: once plain, and once with a print beside each statement,
// which says that the statement is reached, which way its condition went, and what
// its variables hold after it. The plain one is built with a trace scope and
// recorded; the printing one is built by Go alone. Each goroutine's steps, values,
// outcomes, calls and results must be what was printed, in that order.
//
//   - generate.go: a package: its types, functions and goroutines, and which statements come
//   - generator.go: blocks, literals, and what all statements need
//   - statements.go, loops.go, constructs.go: statements
//   - expressions.go: expressions of a type
//   - source.go: both texts, line by line
//   - support.go: what the printing text calls
//   - compare.go: a trace and what was printed → the first difference
//
// A print says that a value may be missing where the tracer does not promise one: an
// assignment to an element or field that it cannot read again (docs/tracing.md, What
// does not work).
//
// The generated programs are deterministic and end. They use neither reflect,
// unsafe, cgo nor assembly: the tracer does not see what these write.
package replay
