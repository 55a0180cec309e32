// Package rttest builds and runs real programs around the runtime for its
// tests. Each instrumented package gets a hand-written form of the file that
// goat-exec generates; the go command compiles and links the rest.
package rttest
