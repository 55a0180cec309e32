package trace

import "time"

// base is when this package was initialised, by both clocks.
var base = time.Now()

// nanotime returns nanoseconds of a clock that is never set.
func nanotime() int64 { return int64(time.Since(base)) + 1 }

// unixNano returns the time of day as the other clock has it.
func unixNano() int64 { return base.UnixNano() + nanotime() }
