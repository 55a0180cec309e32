// Package carry brings runs from their folders to a hub or into a database, and
// lists, pins and removes them there.
//
// In: folders as GOAT_TRACE_DIR has them, and the address of a hub or the keeper of
// a database. Out: the same runs there. Bringing a run again sends what is missing;
// the folder stays.
//
//   - carry.go: a folder → a Target
//   - database.go: a database as a Target
//   - hub.go: a hub as a Target, over HTTP
//
// # What it cannot do
//
// A segment that is damaged in the folder is left out.
package carry
