// Package judge adds to what has run of a release what people decide by: excuses,
// error paths, owners, what tests ran, and the gate's verdict.
//
// In: a release's points and who ran them, excuses and test runs (hub/fleet), and its
// source at the commit that was built (hub/reports). Out: an internal/report.Release,
// the same that goat report makes from files, and a verdict by the rules of the
// release's goat.yaml, of a request, or of the hub.
//
// Source is read once for a release, in the background: a repository may have to be
// fetched first. Until then, and without a repository, a release has no owners, no
// excuses of the source, and no error paths but those that its build names; Notes say
// so. It is safe for concurrent use.
//
// # What it cannot do
//
// It does not know what should be running: a release of which one pod has reported is
// judged by that pod, unless a rule asks for more (pods 3).
package judge
