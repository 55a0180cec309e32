// Package rules puts tracking points into laid-out functions: one rule for
// each granularity, and one for comments that ask for a point.
//
// In: functions as package blocks lays them out, with their changed
// statements. Out: sites, without stable ids, in no particular order.
//
// At line, patch and scope granularity a point at a block's start is due when
// the block is a branch of a changed header, or a clause with a changed header
// of its own. Where the block's first run of changed statements starts at the
// same place, the two would always be hit together: they are one point, with
// the kind and extent of the branch, that vouches for the run's lines (and
// for the clause's header). Otherwise the branch's point vouches for no line,
// and the run has a point of its own.
//
// No point vouches for a statement that may not have run when it is hit, a
// panic or exit inside a call aside: a run ends where control may leave the
// block, and at a label. In particular, statements of two blocks on one line
// are two points at line granularity.
package rules
