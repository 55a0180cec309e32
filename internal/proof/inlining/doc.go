// Package inlining tells what tracking points cost of the compiler's inlining.
//
// In: a module, built with -gcflags=-m=2 without and with goat, everything
// changed. Out: the functions that could be inlined before and cannot after,
// and the calls that were inlined and are not.
//
// It reads what the compiler prints, whose form is not promised: a build in
// which no function is found to be inlined is an error.
package inlining
