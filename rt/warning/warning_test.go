package warning

import (
	"bytes"
	"log"
	"log/slog"
	"testing"
)

// TestLogWritesWhatSlogWrites compares Log with the default logger of log/slog,
// which writes through package log.
func TestLogWritesWhatSlogWrites(t *testing.T) {
	var out bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&out)
	for _, attributes := range [][]any{
		{},
		{"address", "127.0.0.1:1"},
		{"next", "set GOAT_PORT to a free port", "error", `listen tcp "x"`},
		{"empty", "", "equals", "a=b", "line", "a\nb", "tab", "a\tb", "word", "Zürich", "zero", "a\u200bb", "slash", `a\b`},
	} {
		slog.Default().Warn("goat does not serve", attributes...)
		want := out.String()
		out.Reset()
		Log("goat does not serve", attributes...)
		if got := out.String(); withoutTime(got) != withoutTime(want) {
			t.Errorf("got %q, want %q", got, want)
		}
		out.Reset()
	}
}

// withoutTime removes date and time, which may differ by a second.
func withoutTime(line string) string { return line[len("2006/01/02 15:04:05 "):] }
