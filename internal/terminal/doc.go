// Package terminal makes foreign text fit to be shown to people, and tells
// whether what a command printed has arrived.
//
// In: text that goat's commands print, parts of which come from repositories,
// binaries and servers: names of files and refs, //line directives, HTTP
// status lines. Out: the same text, in which nothing is left that a terminal
// acts upon (escape sequences, ECMA-48 C0 and C1) or that changes the order in
// which the rest is shown (bidirectional controls).
//
// What tools of the go command print is theirs and passes unchanged.
//
// Progress is a line on standard error that says what long work is at.
package terminal
