// Package handshake is what the driver (internal/driver) and goat-exec (toolexec)
// have agreed on: flags that one writes and the other takes off again.
//
// A build through the driver ("goat build") leaves the tool ID alone, so that
// packages without points are shared with plain builds. What goat changes is
// salted by itself:
//
//   - Each package with changed code has -gcflags=DIR=-goat=SALT. The go command
//     hashes the flag into the action ID, and goat-exec takes it off.
//   - Each main package, and the link of it, is salted by the last -gcflags of
//     all, which matches no package. The go command hashes its text as a part of
//     the build information, and the link puts the user's own back.
//
// In: salts and the user's flags. Out: flags, and the reverse. The package starts
// nothing and reads no files; what it cannot read as its own it leaves alone.
package handshake
