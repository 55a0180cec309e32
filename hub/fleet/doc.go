// Package fleet has the rules of the hub: what a service, a release, a build
// and an instance are, when an instance is taken for gone, and what its pushes
// change.
//
// In: what agents say, as values (Registration, Push, manifests); the packages
// below hub/agents make them of what comes over the network. Out: what a Store
// is to keep, and the answers to hub/api and hub/portal. It knows no SQL and no
// HTTP: Store and Blobs say what it needs of a database and of a place for
// large bytes, and hub/store has them.
//
// A service is what its labels say. It has releases, one for each commit, or
// version where the commit is not known. A release has builds, one for each
// manifest: two architectures of one commit are two builds. A build has
// instances, the processes. Ids of services, releases and builds are hashes of
// what makes them, so that every replica and every import gives the same ones.
//
// # What it cannot do
//
// It has no clock of its own for what is kept: ages and leases go to the store
// as durations, and the store counts from its own clock. It does not merge
// points of several builds for a view; that is internal/coverage.
package fleet
