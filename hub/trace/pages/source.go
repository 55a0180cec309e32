package pages

import (
	"context"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/hub/trace/relations"
)

// line is a line of source.
type line struct {
	Number  int
	Text    string
	Step    uint64 // of the call on this line, 0 for none
	Times   int
	Address string
	IsAt    bool
}

// most is how many lines around a step are shown.
const most = 60

// source shows the step's function.
func (b *stepBody) source(ctx context.Context, h *Handler) error {
	text, err := b.text(ctx, h, b.At)
	if err != nil {
		b.NoSource = err.Error()
		return nil
	}
	from, to, err := b.Trace.Extent(ctx, b.At.Number)
	if err != nil {
		return err
	}
	visits, err := b.Trace.Lines(ctx, b.At.Number)
	if err != nil {
		return err
	}
	from, to = max(from, b.At.Line-most, 1), min(to, b.At.Line+most, len(text))
	for n := from; n <= to; n++ {
		l := line{Number: n, Text: strings.TrimSuffix(text[n-1], "\r"), IsAt: n == b.At.Line}
		if v, ok := visits[n]; ok {
			l.Step, l.Times = v.Step, v.Times
			if l.IsAt {
				l.Step = b.At.Number
			}
			l.Address = b.address(l.Step)
		}
		b.Lines = append(b.Lines, l)
	}
	if len(b.Lines) == 0 {
		b.NoSource = fmt.Sprintf("%s has no line %d: it is another version than was built", b.At.File, b.At.Line)
	}
	return nil
}

// text returns the lines of a step's file.
func (h *Handler) text(ctx context.Context, run *relations.Run, s *relations.Step) ([]string, error) {
	if s.File == "" {
		return nil, fmt.Errorf("the run has no table of this package, so it is not known where the step is")
	}
	data, err := h.source.File(ctx, s.Module, run.Commit, s.File)
	if err != nil {
		return nil, err
	}
	return strings.Split(string(data), "\n"), nil
}

// file is the text of a file, or why it is not to be had.
type file struct {
	lines []string
	err   error
}

// text reads each file once for a page.
func (b *stepBody) text(ctx context.Context, h *Handler, s *relations.Step) ([]string, error) {
	name := s.Module + "/" + s.File
	f, ok := b.files[name]
	if !ok {
		f.lines, f.err = h.text(ctx, b.Run, s)
		if b.files == nil {
			b.files = make(map[string]file)
		}
		b.files[name] = f
	}
	return f.lines, f.err
}

// line returns a step in words: its line of source, else its kind.
func (b *stepBody) line(ctx context.Context, h *Handler, s *relations.Step) string {
	prefix := ""
	if s.Kind == "round" {
		prefix = "next round of "
	}
	if text, err := b.text(ctx, h, s); err == nil && s.Line >= 1 && s.Line <= len(text) {
		return prefix + strings.TrimSuffix(strings.TrimSpace(text[s.Line-1]), " {")
	}
	return s.Kind
}
