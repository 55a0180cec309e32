// Package fleet holds the hub's rules: what a service, a release, a build and
// an instance are, when an instance counts as gone, and what its pushes change.
//
// In: what agents report, as values (Registration, Push, manifests), which the
// packages below hub/agents make from requests. Out: what a Store has to keep,
// and the answers for hub/api and hub/portal. It contains no SQL and no HTTP:
// Store and Blobs say what it needs from a database and from a place for large
// files; hub/store implements them.
//
// Labels identify a service. A service has releases, one for each commit, or
// for each version if the commit is unknown. A release has builds, one for each
// manifest: two architectures of one commit are two builds. A build has
// instances, which are processes. Ids of services, releases and builds are
// hashes of what defines them, so that every replica and every import computes
// the same ones.
//
// # What it cannot do
//
// It uses no clock of its own for what is kept: it passes ages and leases to
// the store as durations, and the store applies them to its own clock. It does
// not merge points of several builds for a view; internal/coverage does.
package fleet
