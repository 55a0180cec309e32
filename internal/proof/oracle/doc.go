// Package oracle checks goat against Go's own coverage.
//
// In: a program or a package's tests, built with both goat and -cover
// -covermode=atomic, and run once. Out: each contradiction between the two counts
// of that run.
//
// A tracking point comes before a statement, and the statement is in one of cover's
// blocks. So if a point was hit, its block was hit, and if a block was not hit, its
// points were not. The reverse is also true, unless a statement leaves the block
// early: by a panic that is recovered, by Goexit or by exiting. In that case goat
// is more precise, and a program marks a line of such a block with
//
//	// leaves early
//
// Other people's code has no marks. There a block's counts may fall from point to
// point, but never rise, and the first thing in a block counts as often as the
// block. If goat counts hits, that is checked exactly. If counts fall, the code can
// be divided, see Divide: then each statement is a block of cover's, and no count
// can fall any more, except for a default that a switch does not have.
//
// If everything is changed, a point is also compared with the other statements that
// it vouches for, up to the next point of their list: they never count more than
// the point.
//
// Only for a goto to a labelled loop, switch or select does cover count too little:
// it has no counter between such a label and its statement, but goat has. The gotos
// have their own blocks, whose counts are added.
//
// Cover reads its counters after a test's last line, goat when the program ends.
// Only goat counts what runs in between: a goroutine that nobody waits for, or code
// in TestMain after its tests. Such functions are named one by one, with the
// reason, see Run.Later.
//
// An else or default that is not written has no block. It counts the executions
// that reach the header and enter no written branch. Programs say in comments what
// else such points must show, see Want. People worked these out by hand, so they
// check goat independently of cover.
//
// The package cannot check files with //line directives, because these change
// cover's positions.
package oracle
