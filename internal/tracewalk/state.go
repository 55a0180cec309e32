package tracewalk

import (
	"io"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

// Walker is a walk through a run.
type Walker struct {
	run    *trace.Run
	source *traceview.Source
	out    io.Writer
	getenv func(string) string
	keys   *terminal.Keyboard

	ahead []terminal.Key // pressed while a task ran

	book   *book
	folds  *folds
	at     place // the cursor
	line   int   // of the screen, in which it is
	screen terminal.Screen

	search   *traceview.Search
	prompt   bool   // a search is typed
	typed    string //
	message  string
	help     bool
	inPane   bool // the keys are for the variables
	variable int
	list     *list
	shown    struct { // variables at a place
		at   place
		book *book
		vars []variable
	}
}

// list is something to choose from.
type list struct {
	title  string
	items  []item
	chosen int
}

type item struct {
	text string
	do   func()
}

func (w *Walker) size() terminal.Screen { return terminal.ScreenOf(w.out, w.getenv) }

// variables returns the variables at the cursor. They are read once for each place.
func (w *Walker) variables() []variable {
	if w.shown.at != w.at || w.shown.book != w.book || w.shown.vars == nil {
		w.shown.at, w.shown.book, w.shown.vars = w.at, w.book, w.book.variables(w.at)
	}
	return w.shown.vars
}

// step is the number of the cursor's step.
func (w *Walker) step() uint64 {
	if r := w.book.row(w.at); r != nil {
		return r.Step
	}
	return 0
}

func (w *Walker) lastStep() uint64 {
	h := w.book.heads[len(w.book.heads)-1]
	return h.First + h.Steps - 1
}
