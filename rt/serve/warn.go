package serve

import (
	"errors"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Warn writes the one line that the application's log gets; attributes are
// pairs of a key and a value. Goat-exec sets it, before Start, in programs that
// link log/slog, to the Warn method of the logger that is the default by then.
// The others have not set a logger either, so they get the line that log/slog
// would have written. Importing log/slog here would bring it, with
// encoding/json, into each of them.
var Warn = func(message string, attributes ...any) {
	var line strings.Builder
	line.WriteString("WARN " + message)
	for i := 0; i+1 < len(attributes); i += 2 {
		key, _ := attributes[i].(string)
		value, _ := attributes[i+1].(string)
		line.WriteString(" " + key + "=" + quoted(value))
	}
	log.Print(line.String())
}

// quoted quotes a value where log/slog's text does.
func quoted(value string) string {
	plain := func(r rune) bool { return r > ' ' && r != '"' && r != '=' && strconv.IsPrint(r) }
	if value != "" && strings.IndexFunc(value, func(r rune) bool { return !plain(r) }) < 0 {
		return value
	}
	return strconv.Quote(value)
}

// setupError is something wrong outside the program and how to mend it.
type setupError struct {
	err        error
	attributes []any // pairs of a key and a value
	next       string
}

func (e setupError) Error() string { return e.err.Error() + "; " + e.next }
func (e setupError) Unwrap() error { return e.err }

func warn(message string, err error) {
	pipe := readingEnd("/proc/self/fd/2")
	defer pipe.Close()
	attributes := []any{"error", err.Error()}
	if e, ok := errors.AsType[setupError](err); ok {
		attributes = slices.Concat(e.attributes, []any{"next", e.next})
	}
	Warn(message, attributes...)
}

// readingEnd opens the other end of a pipe; of another file it opens nothing. Nobody
// may read the program's standard error any more, and then a line of goat's
// would end the program (os/signal, SIGPIPE), which may itself have nothing to
// say. While somebody holds the reading end a write does no harm.
func readingEnd(name string) io.Closer {
	info, err := os.Stat(name)
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return io.NopCloser(nil) // also where there is no /proc
	}
	f, err := os.Open(name)
	if err != nil {
		return io.NopCloser(nil)
	}
	return f
}
