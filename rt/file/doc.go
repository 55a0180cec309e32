// Package file writes a program's points to a file when it ends.
//
// In: GOAT_DIR, read by Start. Out: for each run one file in that directory,
// goat-<app>-<pid>-<nanoseconds>.json, holding what /track would answer. The
// exit hook that goat-exec generates calls Flush.
//
// Nothing runs until then, no goroutine and no timer: a program whose
// goroutines all block is told so by the Go runtime as ever. So the times of
// first hits are not known and firstHit is null, unless rt/serve or
// rt.OnFirstHit observes. A program that is killed, crashes or ends in an
// unrecovered panic writes nothing.
package file
