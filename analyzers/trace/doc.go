// Package trace finds the steps of functions: where one begins, what it reads and
// writes, and what has to be inserted so that it is recorded.
//
// In: the files of a package as the compiler reads them, with types, and which
// functions are wanted. Out: a table for readers (internal/trace), and edits, which
// toolexec turns into text.
//
//   - trace.go: a package's functions
//   - input.go: what a package is here
//   - statements.go: a function, and its statements, one by one
//   - bodies.go: the bodies of ranges over functions
//   - function.go: a function's parameters, results and variables
//   - uses.go: what a statement reads and writes
//   - written.go: how the value that was written is had
//   - edit.go: what is inserted
//
// # What is inserted
//
// A call looks up its goroutine's recorder at its entry, and a deferred call ends it:
// that also sees panics. Each statement is preceded by its step; behind what writes
// variables their new values are recorded. No function literal is added, since that
// would rename the user's; results without a name get one.
//
// A value is read where the program itself has just written it, in the same
// goroutine, with nothing in between: so it races with nobody unless the program
// does. Nothing is evaluated twice that may panic, has side effects or may have been
// changed by the write.
//
// What is written by reflect, unsafe or assembly is not seen.
package trace
