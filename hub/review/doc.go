// Package review makes of a release what people decide by: which of its changed
// code has run, whose that code is, who changed it in which commit, and how the
// release compares with another one.
//
// In: what a release's instances ran (hub/fleet), and the mirror of its repository
// (hub/store/source). Out: a Review: points with state, owner, commit and error
// path; groups of them; pods; comparisons; files line by line. hub/portal shows
// it, and hub/api serves it.
//
//   - Reviews.Get returns the Review of a release. It is made again when something
//     has run since (review.go).
//   - What git knows is read once for each commit and base, in the background
//     (facts.go). Until it is there, the Review says how far it is.
//   - Without a mirror, without a base or of a changed work tree, a Review has no
//     owners or no commits, and its Notes say why. It never guesses.
//
// A Review is immutable and shared, so nobody may change it.
package review
