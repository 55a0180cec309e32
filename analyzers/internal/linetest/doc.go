// Package linetest gives analyzers under test their line sets: each line of a
// file that holds the comment /*+*/ is effective, and a file that holds the
// comment //all: is new.
package linetest
