// Package report writes what has run of the changed code in the formats of those
// who read it: people, pull requests, code hosts, coverage tools.
//
// In: releases (internal/coverage), their source texts and a time, by which excuses
// are judged. New makes a Report of them: files, lines, points with their excuses and
// error paths. Out: bytes, a file for each format; docs/report.md describes them.
//
// It is pure: it reads no file, no clock and no network. What it cannot do: where
// the source of a file is not at hand, its excuses and error paths are not known, and
// the report says so.
//
// Foreign texts, such as names of files, are escaped for what they are written to.
package report
