// Package linetest gives analyzers under test their line sets. Each line with
// the comment /*+*/ is effective, and so is every line of a file with the
// comment //all:.
package linetest
