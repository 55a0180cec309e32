// Package edits holds diffsrc against changes whose truth is known, because it
// made them, and against laws that hold for any change.
//
// In: a seed. Out: the faults of the line sets of all three precisions, on a
// real git repository, or of what compares its files. A seed gives a Case: a few files of random Go code, and
// the same files after some edits (edit.go has the kinds). Each statement has an
// ID that it keeps through every edit; a copy gets a new one. So it is known which
// statement of today is which one of the base, and what it must be (truth.go,
// excuse.go):
//
//   - Changed, if the base has no statement with the same tokens.
//   - Unchanged, if it has kept its tokens, its place among the others, and its
//     blocks. At precision 1 also if it was moved, and is enough to tell.
//   - Free, where that is open: of two swapped statements git says which one
//     moved, of statements that are like others nobody can tell which one is new,
//     and where code left a header, the header may as well have come anew (readings.go).
//
// Laws bound what is free (judge.go). They know the two texts and nothing else:
//
//   - One statement of the base excuses one of today at most (precision 1).
//   - What is unchanged is in the base in the same order, and in the same ones
//     of the blocks that are unchanged themselves (precisions 2 and 3).
//   - What a precision calls changed, the next one does, too.
//
// So they also judge two commits of a real repository (history.go), together with
// the law that what a function has where it had it is unchanged (inplace.go).
//
// A statement is changed if an effective line holds one of its own tokens, as
// internal/syntax says which those are. A function's signature counts as a
// statement, and an else if with its else.
//
// Shrink makes a case that fails small, and Show prints it with what was wanted
// and got at each line.
//
// Plain tests check some thousand seeds, here with git, and in
// diffsrc/internal/compare without it, which takes a quarter of the time. Both
// check GOAT_EDITS=N of them, from GOAT_EDITS_SEED on (make edits, millions).
// GOAT_EDITS_HISTORY="DIR BASE NEW" checks commits of a repository.
//
// The package cannot judge what is outside of functions, nor lines that hold
// no statement, such as a closing brace. Its programs parse, but do not compile.
package edits
