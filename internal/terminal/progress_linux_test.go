package terminal

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/terminal/terminaltest"
)

// printed reads what was printed on a terminal.
func printed(t *testing.T, control, terminal *os.File) string {
	t.Helper()
	fmt.Fprint(terminal, "$")
	var text strings.Builder
	buffer := make([]byte, 1024)
	for !strings.HasSuffix(text.String(), "$") {
		n, err := control.Read(buffer)
		if err != nil {
			t.Fatalf("reading the terminal: %v", err)
		}
		text.Write(buffer[:n])
	}
	return strings.TrimSuffix(text.String(), "$")
}

func none(string) string { return "" }

func TestProgress(t *testing.T) {
	t.Parallel()
	control, terminal := terminaltest.Open(t, 40, 24)
	p := NewProgress(terminal, "goat", none)
	p.Step("comparing files", 3, 7)
	time.Sleep(patience + 2*interval)
	p.Step("comparing files with a name that is longer than a line", 0, 0)
	time.Sleep(2 * interval)
	p.End()
	p.Step("comparing files", 7, 7)
	time.Sleep(2 * interval)
	want := "\rgoat: comparing files 3/7\x1b[K" + "\rgoat: comparing files with a name that \x1b[K" + "\r\x1b[K"
	if got := printed(t, control, terminal); got != want {
		t.Errorf("got %q on the terminal, want %q", got, want)
	}
}

func TestProgressOfShortWork(t *testing.T) {
	t.Parallel()
	control, terminal := terminaltest.Open(t, 40, 24)
	p := NewProgress(terminal, "goat", none)
	p.Step("comparing files", 3, 7)
	p.End()
	time.Sleep(patience + interval)
	if got := printed(t, control, terminal); got != "" {
		t.Errorf("got %q on the terminal, want nothing", got)
	}
}

func TestNoProgress(t *testing.T) {
	t.Parallel()
	_, terminal := terminaltest.Open(t, 40, 24)
	_, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	dumb := func(name string) string { return map[string]string{"TERM": "dumb"}[name] }
	for name, p := range map[string]*Progress{
		"pipe": NewProgress(pipe, "goat", none), "writer": NewProgress(new(strings.Builder), "goat", none),
		"dumb terminal": NewProgress(terminal, "goat", dumb),
	} {
		if p != nil {
			t.Errorf("got progress on a %s, want none", name)
		}
		p.Step("comparing", 0, 0)
		p.End()
	}
}
