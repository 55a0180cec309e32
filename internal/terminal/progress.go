package terminal

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

const (
	patience = time.Second            // shorter work says nothing
	interval = 200 * time.Millisecond // between two states of the line
)

// Progress is a line on a terminal that says what a long piece of work is at. It
// appears when the work has taken a second and is gone when it ends. The methods
// of a nil Progress do nothing. It is safe for concurrent use.
type Progress struct {
	out   io.Writer
	name  string // of the program
	width int    // of the terminal, in columns

	mu    sync.Mutex
	text  string
	shown string // what the terminal shows now
	timer *time.Timer
	ended bool
}

// NewProgress returns the line of a program's work, or nil where w is no
// terminal that can rewrite a line.
func NewProgress(w io.Writer, name string, getenv func(string) string) *Progress {
	f, ok := w.(*os.File)
	if !ok || getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	p := &Progress{out: w, name: name, width: width}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(patience, p.print)
	return p
}

// Step says what is being done: done of total pieces of it, or, if total is 0,
// all of it at once.
func (p *Progress) Step(what string, done, total int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = p.name + ": " + Line(what)
	if total > 0 {
		p.text += fmt.Sprintf(" %d/%d", done, total)
	}
}

// print shows the latest step, again and again until the end.
func (p *Progress) print() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	if p.text != p.shown {
		fmt.Fprintf(p.out, "\r%.*s\x1b[K", p.width-1, p.text)
		p.shown = p.text
	}
	p.timer.Reset(interval)
}

// End takes the line away. Nothing is printed after it.
func (p *Progress) End() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer.Stop()
	if p.shown != "" && !p.ended {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.ended = true
}
