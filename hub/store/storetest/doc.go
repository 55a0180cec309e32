// Package storetest is the test suite that every store of the hub has to pass.
//
// In: a function that opens a store, more than once on the same data. Out: a
// test's failures. It does not measure speed.
package storetest
