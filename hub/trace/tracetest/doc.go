// Package tracetest has traces for tests: random ones, with what is true of them by
// looking at all of their steps, and a store of one run in memory.
//
// In: a random source. Out: segments as rt/trace writes them, relations as they must
// be, and a trace.Reader that counts the questions it is asked.
package tracetest
