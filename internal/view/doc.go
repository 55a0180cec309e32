// Package view prints releases: as text for people, and as JSON for programs.
//
// In: a coverage.Release, and which part of it to show. Out: tables, or the source
// around code that never ran, to fit the screen that they go to; or JSON with the
// fields in docs/compatibility.md. It is pure: its caller gives it the source
// texts.
package view
