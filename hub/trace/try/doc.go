// Command try shows the tracer (make try-trace): it builds a small service with a
// mistake, records the steps of one request, and says how to find the mistake in
// the terminal and on a page.
//
// In: goat's own work tree. Out: text, a directory in the temporary directory, and
// with -serve the pages until it is interrupted.
//
//   - main.go: the command line
//   - try.go: build, record, and the hunt
package main
