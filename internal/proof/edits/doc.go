// Package edits checks diffsrc with changes whose truth is known, because the
// package made them, and with laws that apply to any change.
//
// In: a seed. Out: the faults in the line sets of all three precisions, from a real
// git repository or from the code that compares files. A seed gives a Case: a few
// files of random Go code, and the same files after some edits (edit.go has the
// kinds). Each statement has an ID that it keeps through every edit; a copy gets a
// new one. So it is known which statement of today is which one of the base, and
// what it must be (truth.go, excuse.go):
//
//   - Changed, if the base has no statement with the same tokens.
//   - Unchanged, if it has kept its tokens, its place among the others, and its
//     blocks. At precision 1 also if it was moved, and is enough to tell.
//   - Free, if that is open. Git decides which of two swapped statements moved;
//     nobody can tell which of several similar statements is new; and if code left a
//     header, the header may also be read as new (readings.go).
//
// Laws limit what is free (judge.go). They use only the two texts:
//
//   - One statement of the base excuses at most one of today's (precision 1).
//   - Unchanged statements are in the base in the same order, and in the same blocks,
//     as far as these are unchanged themselves (precisions 2 and 3).
//   - What one precision calls changed, the next one does, too.
//
// So they can also judge two commits of a real repository (history.go). One more
// law applies there: what a function has in the same place as before is unchanged
// (inplace.go).
//
// A statement is changed if an effective line has one of its own tokens, which
// internal/syntax defines. A function's signature counts as a statement, and an
// else if counts together with its else.
//
// Shrink makes a failing case smaller, and Show prints it with the expected and the
// actual result for each line.
//
// Plain tests check some thousand seeds, here with git, and in
// diffsrc/internal/compare without it, which takes a quarter of the time. With
// GOAT_EDITS=N both check N seeds, starting at GOAT_EDITS_SEED (make edits,
// millions). GOAT_EDITS_HISTORY="DIR BASE NEW" checks commits of a repository.
//
// The package cannot judge code outside functions, nor lines without a statement,
// such as a closing brace. Its programs parse, but do not compile.
package edits
