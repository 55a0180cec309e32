// Package trace finds the steps of functions: where each one begins, what it reads
// and writes, and what has to be inserted to record it.
//
// In: the files of a package as the compiler reads them, with types, and which
// functions to record. Out: a table for readers (internal/trace), and edits, which
// toolexec turns into text.
//
//   - trace.go: a package's functions
//   - input.go: what a package is here
//   - statements.go: a function, and its statements, one by one
//   - way.go: whether a body is copied
//   - small.go: whether a function is left out because it is tiny
//   - straight.go: statements that have one event
//   - bodies.go: the bodies of ranges over functions
//   - function.go: a function's parameters, results and variables
//   - uses.go: what a statement reads and writes
//   - place.go: what an expression names: a part of a variable, or memory by an address
//   - control.go: which locations decide whether another one is reached
//   - dominance.go: the same on any graph
//   - written.go: how the value that was written is had
//   - edit.go: what is inserted
//
// # What is inserted
//
// At its entry a call looks up its goroutine's recorder, and a deferred call ends
// the call's record, so that panics are seen, too. Before each run of statements that
// follow each other come their steps, and after a statement that writes variables
// their new values are recorded. Where a body can be copied, all this is in a copy
// that runs only if the call is recorded. No function literal is added, because that
// would rename the user's. Results without a name get one.
//
// A value is read where the program itself has just written it, in the same
// goroutine, with nothing in between. So reading it causes no data race that the
// program does not have already. Nothing is evaluated twice if it may panic, has
// side effects or may have been changed by the write.
//
// The tracer does not see what reflect, unsafe or assembly writes.
package trace
