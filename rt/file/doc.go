// Package file writes a program's points to a file, while it runs and when it
// ends.
//
// In: variables, read by Start, and the setting flush, which the main package's
// manifest has.
//
//	GOAT_DIR    the directory
//	GOAT_FLUSH  how often the file is written while the program runs; 0 is only
//	            at the end. Without it and the setting, 2s where the program
//	            serves (StartFlushing), else 0
//
// Out: for each process one file in that directory,
// goat-<app>-<pid>-<nanoseconds>.json, holding what /track would answer. Each
// writing replaces the file as a whole: who reads it sees one state or the next
// one. The exit hook that goat-exec generates calls Flush.
//
// # While the program runs
//
// Nothing is written unless something has changed or the file is gone. The
// counters are read once each time, which is about a nanosecond a point. A
// writing works for a millisecond and then rests for nine, so it takes a tenth of
// a core at most; a program that is killed loses what was hit since the counters
// were last read, which is the time of flush and of one writing. What keeps the
// file from being written is said once (rt/warning), and tried again each time.
//
// # What it cannot do
//
// A timer that is running keeps the Go runtime from telling the program that
// all of its goroutines are blocked. So with serve: file nothing runs until the
// end, no goroutine and no timer, unless flush asks for it; and then a program
// that is killed, crashes or ends in an unrecovered panic leaves no file. The
// times of first hits are known only where rt/serve or rt.OnFirstHit observes;
// elsewhere firstHit is null.
//
// The file is not synced to the disk: a machine that loses its power may lose
// it, or leave it empty.
package file
