// Package source answers the analyzers' questions about line sets from a
// session.
//
// In: a session.Session. Out: a config.Source. What it says of a file is what
// goat-exec does with it: ignored and generated files, and files whose bytes
// are not those that the lines were computed from, have no effective lines.
package source
