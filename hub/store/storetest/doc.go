// Package storetest is what every store of the hub has to do: one suite that runs
// on each engine.
//
// In: a way to open a store, more than once on the same data. Out: a test's
// failures. It says nothing of speed.
package storetest
