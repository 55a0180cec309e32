// Package page makes HTML of reports.
//
// In: reports of package report. Out: pages that need no other file: the style
// sheet is in the page and there is no script, so a page can be downloaded, sent
// and kept. hub/portal shows the same source lines in pages of its own (Lines).
//
// Everything that comes from a repository or an agent is escaped; no text of it
// becomes a tag, an attribute or a style. Go's own scanner colours the source
// (highlight.go): a page of a whole module has to be made within a second, and
// general highlighters need ten times as long.
package page
