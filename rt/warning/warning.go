package warning

import (
	"errors"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Log writes one line to the application's log; attributes are pairs of a key
// and a value. In programs that link log/slog, goat-exec sets it before the
// runtime starts, to the Warn method of the logger that is the default when Log
// is called. Other programs have not set a logger, so this is the line that
// log/slog would write.
var Log = func(message string, attributes ...any) {
	var line strings.Builder
	line.WriteString("WARN " + message)
	for i := 0; i+1 < len(attributes); i += 2 {
		key, _ := attributes[i].(string)
		value, _ := attributes[i+1].(string)
		line.WriteString(" " + key + "=" + quoted(value))
	}
	log.Print(line.String())
}

// quoted quotes a value if log/slog's text format does.
func quoted(value string) string {
	plain := func(r rune) bool { return r > ' ' && r != '"' && r != '=' && strconv.IsPrint(r) }
	if value != "" && strings.IndexFunc(value, func(r rune) bool { return !plain(r) }) < 0 {
		return value
	}
	return strconv.Quote(value)
}

// Error is a problem outside the program, with a way to fix it.
type Error struct {
	Err        error
	Attributes []any // pairs of a key and a value
	Next       string
}

func (e Error) Error() string { return e.Err.Error() + "; " + e.Next }
func (e Error) Unwrap() error { return e.Err }

// Variable returns an Error for a variable's value; next says what to set it
// to.
func Variable(name, value, next string) error {
	return Error{
		Err:        errors.New("bad value of " + name + ": " + strconv.Quote(value)),
		Attributes: []any{"variable", name, "value", value},
		Next:       next,
	}
}

// Say logs a message and an error, for an Error with its attributes and next
// step. It does not panic, whatever Log does. It waits until the application
// has set its logger, so call it in a goroutine of the runtime's own.
func Say(message string, err error) {
	attributes := []any{"error", err.Error()}
	if e, ok := errors.AsType[Error](err); ok {
		attributes = slices.Concat(e.Attributes, []any{"next", e.Next})
	}
	Tell(message, attributes...)
}

// Tell writes a line that is about no error, with pairs of a key and a value. It
// does not panic either.
func Tell(message string, attributes ...any) {
	defer func() { _ = recover() }()
	waitForLogger()
	pipe := readingEnd("/proc/self/fd/2")
	defer pipe.Close()
	Log(message, attributes...)
}

// readingEnd opens the other end of a pipe; for any other file it opens
// nothing. If nobody reads the program's standard error any more, a line of
// goat's would end the program (os/signal, SIGPIPE), which may itself never
// write there. While the reading end is open, a write does no harm.
func readingEnd(name string) io.Closer {
	info, err := os.Stat(name)
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return io.NopCloser(nil) // also without /proc
	}
	f, err := os.Open(name)
	if err != nil {
		return io.NopCloser(nil)
	}
	return f
}
