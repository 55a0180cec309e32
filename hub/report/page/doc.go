// Package page makes HTML of reports.
//
// In: reports of package report. Out: pages that stand alone: one file with the
// sheet in it and no script, which can be downloaded, sent and kept. hub/portal
// shows the same source lines in pages of its own (Lines).
//
// Everything that comes from a repository or an agent is escaped; no text of it
// becomes a tag, an attribute or a style. Source is coloured by Go's own
// scanner (highlight.go): a page of a whole module has a second, and general
// highlighters need ten times that for it.
package page
