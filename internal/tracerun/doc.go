// Package tracerun builds programs and tests with a trace scope, and runs them so
// that their steps are recorded or counted.
//
// In: the arguments of goat trace run, test or estimate, and a directory for runs.
// Out: the program itself, on the streams of the caller, and then its runs, or how
// much a recording would hold. internal/cli calls it.
//
//   - line.go: arguments → goat's own flags, the go command's, a package, its arguments
//   - build.go: a package → a program, built by goat build
//   - record.go: a program → its exit code and runs
//   - estimate.go: a program → how many steps, bytes and goroutines it would record
//   - rows.go: -store=rows → whether a program is small enough for it
//
// It cannot record a program that is built elsewhere, or one that runs already (goat
// trace start).
package tracerun
