package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Screen is what a command's output is shown on.
type Screen struct {
	Terminal      bool // and no pipe or file
	Width, Height int  // in columns and lines; 0 where it is no terminal
	Colours       bool
}

// ScreenOf looks at an output. Colours are for terminals that have them and whose
// users want them (no-color.org), or where CLICOLOR_FORCE asks for them
// (bixense.com/clicolors), as for a pager.
func ScreenOf(w io.Writer, getenv func(string) string) Screen {
	var s Screen
	if wrapped, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = wrapped.Unwrap()
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.Terminal = true
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil || width <= 0 || height <= 0 {
			width, height = 80, 24
		}
		s.Width, s.Height = width, height
	}
	force := getenv("CLICOLOR_FORCE")
	s.Colours = getenv("NO_COLOR") == "" && (force != "" && force != "0" || s.Terminal && getenv("TERM") != "dumb")
	return s
}
