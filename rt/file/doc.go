// Package file writes a program's points to a file, while it runs and when it
// ends.
//
// In: environment variables, which Start reads, and the setting flush from the
// main package's manifest.
//
//	GOAT_DIR    the directory
//	GOAT_FLUSH  how often the file is written while the program runs; 0 is only
//	            at the end. Without it and the setting, 2s where the program
//	            serves (StartFlushing), else 0
//
// Out: for each process one file in that directory,
// goat-<app>-<pid>-<nanoseconds>.json, with the content of /track. Each write
// replaces the whole file, so readers see either the old or the new state. The
// exit hook that goat-exec generates calls Flush.
//
// # While the program runs
//
// The file is only written if something has changed or the file is gone. Each
// time, the counters are read once, which takes about a nanosecond per point. A
// write works for one millisecond and then rests for nine, so it uses at most a
// tenth of a core. A program that is killed loses the hits since the counters
// were last read, which is the flush interval plus the time of one write. If
// the file cannot be written, that is reported once (rt/warning), and each
// later write tries again.
//
// # What it cannot do
//
// A running timer keeps the Go runtime from reporting that all goroutines of
// the program are blocked. So with serve: file, no goroutine or timer runs
// before the end, unless flush asks for it. Then a program that is killed,
// crashes or ends in an unrecovered panic leaves no file. The times of first
// hits are only known if rt/serve or rt.OnFirstHit observes; otherwise firstHit
// is null.
//
// The file is not synced to the disk: after a power failure it may be missing
// or empty.
package file
