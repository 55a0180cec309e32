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
// the call's record, so that panics are seen, too. Each statement comes after its
// step, and after a statement that writes variables their new values are recorded.
// No function literal is added, because that would rename the user's. Results
// without a name get one.
//
// A value is read where the program itself has just written it, in the same
// goroutine, with nothing in between. So reading it causes no data race that the
// program does not have already. Nothing is evaluated twice if it may panic, has
// side effects or may have been changed by the write.
//
// The tracer does not see what reflect, unsafe or assembly writes.
package trace
