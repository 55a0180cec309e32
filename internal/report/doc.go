// Package report writes reports on which changed code has run, in the formats of
// their readers: people, pull requests, code hosts, coverage tools.
//
// In: releases (internal/coverage), their source texts, and a time by which excuses
// are judged. New makes a Report from them: files, lines, points with their excuses
// and error paths. Out: bytes, one file for each format; docs/report.md describes
// them.
//
// It is pure: it reads no file, no clock and no network. What it cannot do: without
// the source of a file it does not know the file's excuses and error paths, and the
// report says so.
//
// Foreign texts, such as names of files, are escaped for the format that they are
// written to.
package report
