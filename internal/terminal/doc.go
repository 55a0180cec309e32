// Package terminal makes foreign text fit to be shown to people, and tells
// whether what a command printed has arrived.
//
// In: text that goat's commands print. Parts of it come from repositories,
// binaries and servers: names of files and refs, //line directives, HTTP status
// lines. Out: the same text without what a terminal acts upon (escape sequences,
// ECMA-48 C0 and C1), and without what changes the order in which the rest is
// shown (bidirectional controls).
//
// Progress shows on standard error what long work is at, in one line.
//
// What the go command's tools print does not come through here: it is passed on
// unchanged.
package terminal
