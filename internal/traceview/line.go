package traceview

import (
	"fmt"

	"github.com/goat-trace/goat/internal/trace"
)

// line is a line that is not written yet.
type line struct {
	step   uint64
	depth  int
	where  string
	text   string
	values []string
	call   *trace.Call
}

// position writes a line of a file.
func position(file string, line int) string {
	if file == "" {
		return "?"
	}
	return fmt.Sprintf("%s:%d", file, line)
}
