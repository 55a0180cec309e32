// Package view prints releases: as text for people, and as JSON for programs.
//
// In: a coverage.Release and what of it is asked for. Out: tables, the source
// around what never ran, fit for the screen that they go to; or the JSON of which
// docs/compatibility.md has the fields. It is pure: source texts are handed to it.
package view
