package tracerun

import (
	"fmt"
	"strconv"
	"time"
)

// patience is how long a program may run while it is only counted. One that has not
// ended then is taken for a service.
const patience = time.Minute

// TooLarge says that a program records more than may be kept as rows.
type TooLarge struct {
	Estimate
	Rows uint64 // the limit
}

func (e TooLarge) Error() string {
	what := fmt.Sprintf("the program takes %d steps in %d goroutines (%s)", e.Steps, e.Goroutines, sizeOf(e.Bytes))
	if !e.Ended {
		what = fmt.Sprintf("the program has taken %d steps in %v and has not ended", e.Steps, e.After.Round(time.Second))
	}
	return fmt.Sprintf(`%s; rows in a local database are for at most %d steps. Choose one:
	-steps=N                 record the first N steps alone, N at most %d
	-trace-scope=PATTERNS    record fewer packages
	-store=segments          keep the steps as files, which have no such limit
	GOAT_HUB=URL             build with a hub, and send them there
	-rows=N                  another limit`, what, e.Rows, e.Rows)
}

// small fails for -store=rows if the program would record more than rows are for. A
// limit on the command line decides without running the program.
func (r *Runner) small(program string) error {
	if r.Line.Store != "rows" || r.Line.Rows == 0 {
		return nil
	}
	if n, err := strconv.ParseUint(r.Line.Steps, 10, 64); err == nil && n > 0 {
		if n > r.Line.Rows {
			return usagef("-steps=%d is more than the %d steps that are kept as rows; write fewer, or -rows=%d, or -store=segments", n, r.Line.Rows, n)
		}
		return nil
	}
	fmt.Fprintln(r.Stderr, "goat trace: counting the program's steps before they are recorded, because of -store=rows; it runs twice")
	e, _, err := r.count(program, func(so Estimate) bool { return so.Steps <= r.Line.Rows && so.After < patience })
	if err != nil {
		return err
	}
	if e.Steps > r.Line.Rows || !e.Ended && e.After >= patience {
		return TooLarge{e, r.Line.Rows}
	}
	return nil
}

// sizeOf writes a number of bytes.
func sizeOf(n uint64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
