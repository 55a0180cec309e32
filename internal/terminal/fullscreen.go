package terminal

import (
	"fmt"
	"io"
	"strings"
)

// FullScreen shows one text after another in the same place. What was on the
// terminal before comes back at the end.
type FullScreen struct{ w io.Writer }

// OpenFullScreen takes the terminal that w is.
func OpenFullScreen(w io.Writer) *FullScreen {
	fmt.Fprint(w, "\x1b[?1049h\x1b[?25l") // the alternate screen, without a cursor (xterm)
	return &FullScreen{w}
}

// Show shows the beginning of a text, as much as there is room for. Its lines are
// no wider than the screen.
func (f *FullScreen) Show(text string, screen Screen) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if room := max(screen.Height-1, 1); len(lines) > room {
		left := len(lines) - room + 1
		lines = append(lines[:room-1:room-1], fmt.Sprintf("… %d more lines", left))
	}
	var b strings.Builder
	b.WriteString("\x1b[H")
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\n")
	}
	b.WriteString("\x1b[J")
	fmt.Fprint(f.w, b.String())
}

// Close gives the terminal back.
func (f *FullScreen) Close() { fmt.Fprint(f.w, "\x1b[?25h\x1b[?1049l") }
