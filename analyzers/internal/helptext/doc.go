// Package helptext takes an analyzer's help text out of its package comment.
//
// In: the text of an embedded doc.go. Out: analysis.Analyzer.Doc, so that the
// command's help and the package's documentation are the same text.
package helptext
