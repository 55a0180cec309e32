package tracewalk

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

// Options are what a walk needs besides a run.
type Options struct {
	In     io.Reader // a terminal
	Out    io.Writer // a terminal
	Getenv func(string) string
	Source *traceview.Source
}

// Possible reports whether both ends are a terminal that can do more than print.
func Possible(o Options) bool {
	s := terminal.ScreenOf(o.Out, o.Getenv)
	f, ok := o.In.(*os.File)
	return s.Terminal && ok && terminal.ScreenOf(f, o.Getenv).Terminal && o.Getenv("TERM") != "dumb"
}

// Run walks through a trace until the user ends it. The exit code is 0, or that of a
// signal. The terminal is given back whichever way it ends.
func Run(r *trace.Run, t *trace.Trace, o Options) (code int, err error) {
	keys, err := terminal.OpenKeyboard(o.In)
	if err != nil {
		return 0, err
	}
	w := &Walker{run: r, source: o.Source, out: o.Out, getenv: o.Getenv, keys: keys}
	w.openTrace(t)
	defer w.leave()
	w.enter()
	return w.loop(), nil
}

func (w *Walker) enter() { fmt.Fprint(w.out, "\x1b[?1049h\x1b[?25l") } // the alternate screen, without a cursor

func (w *Walker) leave() {
	fmt.Fprint(w.out, "\x1b[0m\x1b[?25h\x1b[?1049l")
	w.keys.Close()
}

func (w *Walker) openTrace(t *trace.Trace) {
	w.book = newBook(w.run, t)
	w.folds = newFolds(w.book)
	w.at, w.line = place{}, 0
}

// loop handles keys and signals, one after the other.
func (w *Walker) loop() int {
	resized, stopResized := terminal.Resized()
	defer stopResized()
	ending, stopEnding := terminal.Ending()
	defer stopEnding()
	for {
		if len(w.ahead) > 0 {
			k := w.ahead[0]
			w.ahead = w.ahead[1:]
			if end, signal := w.press(k, ending); signal != nil {
				return terminal.EndedBy(signal)
			} else if end {
				return 0
			}
			continue
		}
		w.draw()
		select {
		case <-resized:
		case s := <-ending:
			return terminal.EndedBy(s)
		case k, ok := <-w.keys.Keys():
			if !ok {
				return 0
			}
			w.ahead = append(w.ahead, k)
		}
	}
}

// press is key, and takes the last message away.
func (w *Walker) press(k terminal.Key, ending <-chan os.Signal) (end bool, by os.Signal) {
	w.message = ""
	return w.key(k, ending)
}

// key does what a key is for. It reports whether the walk ends, and by which signal.
func (w *Walker) key(k terminal.Key, ending <-chan os.Signal) (end bool, by os.Signal) {
	switch {
	case k == terminal.KeySuspend:
		w.suspend()
		return false, nil
	case k == terminal.KeyInterrupt:
		return true, nil
	case w.prompt:
		if w.promptKey(k) {
			return false, w.find(ending, true)
		}
	case w.help:
		w.help = false
	case w.list != nil:
		w.listKey(k)
	case w.inPane:
		return false, w.paneKey(k, ending)
	case k == "q" || k == terminal.KeyEndInput:
		return true, nil
	default:
		return false, w.treeKey(k, ending)
	}
	return false, nil
}

// suspend gives the terminal to the shell until the process goes on.
func (w *Walker) suspend() {
	w.leave()
	terminal.Suspend()
	if err := w.keys.Take(); err != nil {
		w.message = err.Error()
	}
	w.enter()
}

var moves = map[terminal.Key]struct {
	move move
	none string // what is said if there is none
}{
	"s": {stepIn, "this is the last step"}, terminal.KeyEnter: {stepIn, "this is the last step"},
	"b": {stepBack, "this is the first step"},
	"o": {over, "no step of this call or its callers follows"}, "O": {overBack, "no step of this call or its callers comes before"},
	"u": {out, "the caller takes no step after this call"}, "c": {caller, "no step that was recorded made this call"},
	"*": {again, "there is no later step at this place"}, "#": {before, "there is no earlier step at this place"},
	"g": {first, ""}, terminal.KeyHome: {first, ""}, "G": {last, ""}, terminal.KeyEnd: {last, ""},
}

// treeKey is a key for the tree.
func (w *Walker) treeKey(k terminal.Key, ending <-chan os.Signal) os.Signal {
	page := max(w.screen.Height*2/3-4, 1)
	switch k {
	case terminal.KeyUp, "k":
		w.rows(w.folds.up, 1)
	case terminal.KeyDown, "j":
		w.rows(w.folds.down, 1)
	case terminal.KeyPageUp:
		w.rows(w.folds.up, page)
	case terminal.KeyPageDown, " ":
		w.rows(w.folds.down, page)
	case terminal.KeyLeft, "h":
		return w.fold(ending)
	case terminal.KeyRight, "l":
		w.folds.unfold(w.at)
	case "z":
		return w.foldAll(ending)
	case "Z":
		w.folds = newFolds(w.book)
	case "/":
		w.prompt, w.typed = true, ""
	case "n":
		return w.find(ending, true)
	case "N":
		return w.find(ending, false)
	case "v", terminal.KeyTab:
		w.inPane = true
	case "t":
		w.chooseTrace()
	case "[", "]":
		w.otherTrace(k == "]")
	case "?":
		w.help = true
	default:
		if m, ok := moves[k]; ok {
			return w.move(ending, m.move, m.none)
		}
	}
	return nil
}

// rows goes up or down so many rows.
func (w *Walker) rows(to func(place) (place, bool), n int) {
	for range n {
		p, ok := to(w.at)
		if !ok {
			return
		}
		if w.at.before(p) {
			w.line++
		} else {
			w.line--
		}
		w.at = p
	}
}

// wait runs a task, and shows how far it is. Esc ends it.
func (w *Walker) wait(ending <-chan os.Signal, find func(context.Context) (place, bool)) (p place, ok bool, by os.Signal) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done, progress := run(ctx, find)
	keys := w.keys.Keys()
	ticks := time.NewTicker(200 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case o := <-done:
			if o.panic != nil {
				panic(o.panic) // after leave has given the terminal back
			}
			if ctx.Err() != nil && !o.ok {
				w.message = "stopped"
			}
			return o.place, o.ok, by
		case <-ticks.C:
			fmt.Fprintf(w.out, "\x1b[%d;1H%s%s", max(w.screen.Height, 6), terminal.Cut(progress.String(), max(w.screen.Width, 20)-1), clear)
		case by = <-ending:
			cancel()
		case k, open := <-keys:
			switch {
			case !open:
				keys = nil
				cancel()
			case k == terminal.KeyEscape || k == terminal.KeyInterrupt:
				cancel()
			default:
				w.ahead = append(w.ahead, k)
			}
		}
	}
}

// move goes where a move leads.
func (w *Walker) move(ending <-chan os.Signal, m move, none string) os.Signal {
	from := w.at
	r := w.book.row(from)
	if r == nil {
		return nil
	}
	p, ok, by := w.wait(ending, func(ctx context.Context) (place, bool) { return m(ctx, w.book, from, r) })
	switch {
	case ok:
		w.goTo(p)
	case w.message == "":
		w.message = none
	}
	return by
}

// goTo puts the cursor on a row and unfolds what hides it.
func (w *Walker) goTo(p place) {
	w.folds.reveal(p)
	for q, n := w.at, 0; n < 30; n++ { // a short way down or up keeps the screen where it is
		next, ok := w.folds.down(q)
		if !ok {
			break
		}
		if next == p {
			w.at, w.line = p, w.line+n+1
			return
		}
		q = next
	}
	w.at, w.line = p, max(w.screen.Height/3, 1)
}

// fold folds the call at the cursor, or the one that the cursor is in.
func (w *Walker) fold(ending <-chan os.Signal) os.Signal {
	from := w.at
	r := w.book.row(from)
	if r == nil {
		return nil
	}
	if r.Kind != traceview.RowCall || w.folds.folded(from) {
		if by := w.move(ending, callOf, "this is in no call that was recorded from its start"); by != nil || w.at == from {
			return by
		}
		from, r = w.at, w.book.row(w.at)
	}
	end, ok, by := w.wait(ending, func(ctx context.Context) (place, bool) { return endOf(ctx, w.book, from, r) })
	if ok {
		w.folds.fold(from, end)
	}
	return by
}

func (w *Walker) foldAll(ending <-chan os.Signal) os.Signal {
	r := w.book.row(w.at)
	if r == nil {
		return nil
	}
	_, _, by := w.wait(ending, func(ctx context.Context) (place, bool) {
		w.folds.foldAll(ctx, w.at, r.Depth, w.screen.Height)
		return w.at, true
	})
	return by
}

// promptKey is a key of a search that is typed. It reports whether it is complete.
func (w *Walker) promptKey(k terminal.Key) bool {
	switch {
	case k == terminal.KeyEscape:
		w.prompt = false
	case k == terminal.KeyBackspace && w.typed == "":
		w.prompt = false
	case k == terminal.KeyBackspace:
		runes := []rune(w.typed)
		w.typed = string(runes[:len(runes)-1])
	case k == terminal.KeyEnter:
		w.prompt = false
		s, err := traceview.ParseSearch(w.typed)
		if err != nil {
			w.message = err.Error()
			return false
		}
		w.search = s
		return true
	case k.Character() && len(w.typed) < 200:
		w.typed += string(k)
	}
	return false
}

// find goes to the next row that is looked for, or the one before; behind the last one
// comes the first.
func (w *Walker) find(ending <-chan os.Signal, forward bool) os.Signal {
	s := w.search
	if s == nil {
		w.message = "nothing is looked for; / asks what"
		return nil
	}
	from := w.at
	found := w.typed
	p, ok, by := w.wait(ending, func(ctx context.Context) (place, bool) {
		if step, ok := s.Step(); ok {
			return w.book.step(ctx, step)
		}
		wanted := seek{wanted: func(r *traceview.Row) bool { return s.Matches(r, w.source) }}
		if forward {
			if p, ok := w.book.forward(ctx, from, wanted); ok {
				return p, true
			}
			return w.book.forward(ctx, place{0, -1}, wanted)
		}
		if p, ok := w.book.backward(ctx, from, wanted); ok {
			return p, true
		}
		return w.book.backward(ctx, place{len(w.book.heads) - 1, w.book.count(len(w.book.heads) - 1)}, wanted)
	})
	switch {
	case ok:
		if p.before(from) == forward && p != from {
			if _, step := s.Step(); !step {
				w.message = "past the end: the first one again"
				if !forward {
					w.message = "past the start: the last one again"
				}
			}
		}
		w.goTo(p)
	case w.message == "":
		w.message = fmt.Sprintf("no step of this trace is %q", found)
	}
	return by
}

// paneKey is a key for the variables.
func (w *Walker) paneKey(k terminal.Key, ending <-chan os.Signal) os.Signal {
	switch k {
	case terminal.KeyUp, "k":
		w.variable--
	case terminal.KeyDown, "j":
		w.variable++
	case terminal.KeyEscape, "v", terminal.KeyTab, "q":
		w.inPane = false
	case terminal.KeyEnter:
		return w.showValues(ending)
	}
	return nil
}

// showValues lists the values of a variable, before and after.
func (w *Walker) showValues(ending <-chan os.Signal) os.Signal {
	vars := w.variables()
	if len(vars) == 0 {
		return nil
	}
	v := vars[min(max(w.variable, 0), len(vars)-1)]
	var values []written
	at := w.at
	_, _, by := w.wait(ending, func(ctx context.Context) (place, bool) {
		values = w.book.values(ctx, at, v.number)
		return place{}, true
	})
	if len(values) == 0 {
		w.message = "this call writes no value of " + v.name
		return by
	}
	l := &list{title: "values of " + v.name + " in this call"}
	for i, value := range values {
		if !at.before(value.place) {
			l.chosen = i
		}
		l.items = append(l.items, item{value.String(), func() { w.inPane = false; w.goTo(value.place) }})
	}
	w.list = l
	return by
}

// listKey is a key for a list.
func (w *Walker) listKey(k terminal.Key) {
	switch k {
	case terminal.KeyUp, "k":
		w.list.chosen--
	case terminal.KeyDown, "j":
		w.list.chosen++
	case terminal.KeyPageUp:
		w.list.chosen -= 10
	case terminal.KeyPageDown, " ":
		w.list.chosen += 10
	case terminal.KeyHome, "g":
		w.list.chosen = 0
	case terminal.KeyEnd, "G":
		w.list.chosen = len(w.list.items) - 1
	case terminal.KeyEnter:
		l := w.list
		w.list = nil
		l.items[min(max(l.chosen, 0), len(l.items)-1)].do()
	case terminal.KeyEscape, "q":
		w.list = nil
	}
}

// manyTraces is how many traces are offered.
const manyTraces = 1000

func (w *Walker) chooseTrace() {
	l := &list{title: "the run's traces"}
	for i, t := range w.run.Traces {
		if i == manyTraces {
			break
		}
		if t == w.book.trace {
			l.chosen = i
		}
		l.items = append(l.items, item{fmt.Sprintf("%6d  goroutine %-6d %9d steps  %s", t.Number, t.Goroutine, t.Steps, traceview.First(t)), func() { w.openTrace(t) }})
	}
	w.list = l
}

func (w *Walker) otherTrace(next bool) {
	for i, t := range w.run.Traces {
		if t != w.book.trace {
			continue
		}
		if next {
			i++
		} else {
			i--
		}
		if i < 0 || i >= len(w.run.Traces) {
			w.message = "there is no other trace in this direction"
			return
		}
		w.openTrace(w.run.Traces[i])
		return
	}
}
