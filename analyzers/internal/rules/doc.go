// Package rules puts tracking points into laid-out functions. It has one rule
// for each granularity and one for comments that ask for a point.
//
// In: functions as package blocks lays them out, with their changed statements.
// Out: sites without stable ids, in no particular order.
//
// At line, patch and scope granularity, a block gets a point at its start when
// it is a branch of a changed header, or a clause whose own header changed. If
// the block's first run of changed statements starts at the same place, the two
// points would always be hit together, so they become one: it has the branch's
// kind and extent, and vouches for the lines of the run and of the block's
// head. Otherwise the branch's point vouches for the head's lines only, if
// there are any, and the run has its own point.
//
// A changed signature has a point at the start of the body at each granularity.
// At scope and func granularity it is the point of the body or of the function.
// At line and patch granularity it stands for the function and vouches for the
// signature, and the runs in the body have points of their own.
//
// No point vouches for a statement that may not have run when the point is hit,
// except after a panic or an exit inside a call. So a run ends where control
// may leave the block, and at a label. At line granularity, statements of two
// blocks on one line get two points.
package rules
