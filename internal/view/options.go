package view

import (
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// Options say what to show of releases, and on what screen.
type Options struct {
	Filter coverage.Filter
	// Filtered says that Filter, or the choice of components, leaves out or
	// reorders points.
	Filtered bool
	By       string                                                // one of Groups: totals in place of points; "" for points
	Owners   func(*coverage.Release) func(*coverage.Site) []string // for totals by owner; nil without
	Screen   terminal.Screen
	Now      time.Time
	// Source returns the files of a release if source is to be shown; nil for
	// tables.
	Source func(*coverage.Release) Files
}

// Files are the source files of a release.
type Files interface {
	// Text returns the file that a site is in, and a note about it, such as that it
	// is not the file that was built. ok is false if the file is not available.
	Text(s *coverage.Site) (text, note string, ok bool)
}

// fit cuts a line to the screen.
func (o *Options) fit(line string) string {
	if o.Screen.Width > 0 {
		return terminal.Cut(line, o.Screen.Width)
	}
	return line
}

// paint colours a text if the screen has colours.
func (o *Options) paint(style, text string) string {
	if style == "" || text == "" || !o.Screen.Colours {
		return text
	}
	return style + text + terminal.Plain
}
