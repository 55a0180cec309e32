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
// for the block's head, such as a clause's header). Otherwise the branch's point
// vouches for its head alone, if for any line, and the run has a point of its own.
//
// A changed signature has a point at the body's start at each granularity. At
// scope and func granularity that is the point of the body or the function
// itself; at line and patch granularity it stands for the function and vouches
// for the signature, and the body's runs have their own.
//
// No point vouches for a statement that may not have run when it is hit, a
// panic or exit inside a call aside: a run ends where control may leave the
// block, and at a label. In particular, statements of two blocks on one line
// are two points at line granularity.
package rules
