// Package kept keeps what the tools of earlier builds made, for later builds.
//
// In: keys that stand for all that an output depends on, and outputs. Out:
// the same bytes, or nothing. toolexec puts the archives of compiles into it
// that goat leaves as they are, and takes them out under another salt.
//
// A key has one entry, a file of its own, which holds all outputs of one run
// of a tool and a checksum: it appears at once and is either whole or of no
// use. The checksum finds what a disk does; that nobody else can write to the
// store is for its owner to see to (internal/cache). Builds that run at the same time share a store without locks. Trim
// removes what has not been used for long, and what has not been used for
// longest where there is too much.
//
// What cannot be kept or read is made again: no error here fails a build.
package kept
