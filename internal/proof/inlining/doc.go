// Package inlining measures how much of the compiler's inlining tracking points
// cost.
//
// In: a module in which everything counts as changed, built with -gcflags=-m=2
// without goat and with it. Out: the functions that can be inlined only without
// goat, and the calls that are inlined only without goat.
//
// It reads what the compiler prints, whose form is not promised: a build in
// which no function is found to be inlined is an error.
package inlining
