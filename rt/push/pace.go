package push

import (
	"runtime"
	"time"
)

// gently returns a pace (rt.Report.Paced) that takes at most a tenth of a core.
func gently() func() error {
	const (
		work = time.Millisecond
		rest = 9 // times as long
		// longestStretch is the most that a stretch counts: if it took longer, the
		// system ran something else in between.
		longestStretch = 500 * time.Microsecond
	)
	begin, worked := time.Now(), time.Duration(0)
	return func() error {
		worked += min(longestStretch, time.Since(begin))
		if worked >= work {
			time.Sleep(rest * worked)
			worked = 0
		} else {
			runtime.Gosched()
		}
		begin = time.Now()
		return nil
	}
}
