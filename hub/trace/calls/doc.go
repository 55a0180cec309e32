// Package calls answers the HTTP calls of recorded runs, below /api/v1/runs and
// /api/v1/tables.
//
// In: what recorders send (docs/hub-protocol.md, Steps), and what people and
// programs ask for. Out: descriptions, tables and segments for hub/trace/runs; runs
// as JSON, segments as bytes. A token sees the runs of the services in its scope.
//
//   - routes.go: the calls and the roles that they need
//   - calls.go: which run an address names, and whether the token sees it
//   - push.go: what recorders send
//   - read.go: what is read, pinned and deleted
package calls
