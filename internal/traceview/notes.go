package traceview

import (
	"fmt"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// noteOf says what a row about the trace itself says.
func noteOf(it trace.Item) string {
	switch it.What {
	case trace.Gap:
		return gapText(it)
	case trace.Limit:
		return limitText(it.Limit)
	case trace.Started:
		return parentText(it.Parent)
	case trace.Ended:
		return "the goroutine ends"
	case trace.Damaged:
		return fmt.Sprintf("a segment cannot be read: %v", it.Err)
	}
	return ""
}

// gapText says how many steps are missing, and why.
func gapText(it trace.Item) string {
	if name := wire.LimitName(it.Limit); name != "" {
		return fmt.Sprintf("%d steps are left out here by the limit of %s", it.Missing, name)
	}
	return number(it.Missing) + " steps are missing here"
}

// limitText says why a recording has ended.
func limitText(limit uint64) string {
	switch limit {
	case wire.LimitStop:
		return "the recording ended here: it was stopped"
	case wire.LimitGone:
		return "the recording ended here: the hub has deleted the run"
	}
	return "the recording ended here: it has reached its limit of " + wire.LimitName(limit)
}

// parentText says which step has started a goroutine.
func parentText(p trace.Parent) string {
	if p.Trace > 0 {
		return fmt.Sprintf("started by step %d of trace %d", p.Step, p.Trace)
	}
	return fmt.Sprintf("started by goroutine %d, whose step was not recorded", p.Goroutine)
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// when writes a time of day.
func when(nanoseconds int64) string { return time.Unix(0, nanoseconds).Format("15:04:05.000000") }
