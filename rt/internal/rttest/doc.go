// Package rttest builds and runs real programs around the runtime for its
// tests: each instrumented package has a hand-written form of the file that
// goat-exec generates, and the go command compiles and links the rest.
package rttest
