// Package trackpage reads /track's JSON; docs/compatibility.md lists its fields.
//
// In: bytes of a running program, of a file that one wrote at its end, or of
// anybody else. Out: a coverage.Process, or an error that says what the bytes are
// and what to do. Points are decoded one by one: a short text such as "{}," would
// otherwise become a large value, many times.
//
// It reads the format of its own version only, and is pure but for its reader.
package trackpage
