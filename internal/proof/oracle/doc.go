// Package oracle judges goat by Go's own coverage.
//
// In: a program or a package's tests, built with goat and with -cover
// -covermode=atomic at once, and run once. Out: each contradiction between the
// two counts of that one run.
//
// A tracking point is put before a statement, and the statement is in one of
// cover's blocks. So a point that was hit implies that its block was hit, and
// a block that was not hit implies that its points were not. The other way
// round holds too unless a statement of the block leaves it early: by a panic
// that is recovered, by Goexit or by exiting. There goat is the finer one; a
// program marks a line of such a block with
//
//	// leaves early
//
// In other people's code nothing is marked. There a block's counts may fall
// from point to point, but never rise, and the first thing in a block counts
// as often as the block: exactly, when goat's data are counts. Where they fall
// the code can be divided, see Divide: then each statement is a block of
// cover's and nothing is left to fall, but for the default that a switch does
// not have.
//
// Where everything is changed, the other statements that a point vouches for,
// up to the next point of their list, are held against it, too: they never
// count more than the point.
//
// A goto to a labelled loop, switch or select is the one place where cover
// counts too little: it has no counter between such a label and its
// statement, goat has. The gotos have blocks of their own, whose counts are
// added.
//
// Cover looks when a test's last line has run, goat when the program ends. What
// runs in between goat counts alone: a goroutine that nobody waits for, code in
// TestMain behind its tests. Such functions are named one by one, with the
// reason, see Run.Later.
//
// An else or default that is not written has no block. It counts what reaches
// the header and enters no written branch. What else is to be seen of such
// points programs say in a comment, see Want; that is counted out by hand and
// so checks goat alone.
//
// The package cannot judge files with //line directives: cover's positions
// are adjusted there.
package oracle
