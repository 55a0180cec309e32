// Package gofile reads Go source files the way that goat sees them.
//
// In: the name of a file, or its bytes. Out: the bytes, up to a size that people
// write; whether the file is generated; and the hash by which line sets, sessions
// and goat-exec tell whether they speak of the same bytes. Packages diffsrc,
// internal/session and toolexec use it.
//
// What it cannot do: see what -overlay puts in the place of a file.
package gofile
