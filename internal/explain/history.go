package explain

import (
	"context"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/unified"
)

// addHistory adds what git knows about the line. What git does not know is left
// out: the verdict does not depend on it.
func (e *explanation) addHistory(ctx context.Context) {
	if e.history == nil || e.session == nil {
		return
	}
	e.fillBase()
	c := &Commit{SinceBase: e.hunk(ctx)}
	committed, ok, err := e.history.Committed(ctx)
	if err != nil {
		return
	}
	if ok {
		if line, ok := oldLine(unified.Hunks(committed, e.src), e.Line); ok {
			if c.Commit, err = e.history.Origin(ctx, line); err != nil {
				return
			}
		}
	}
	e.Commit = c
}

// hunk adds the hunk against the base's file that the line is in, and reports
// whether there is one.
func (e *explanation) hunk(ctx context.Context) bool {
	b, ok := e.base()
	if !ok {
		return e.session.All
	}
	path, other := e.history.Path(), ""
	if old := e.set.Renamed(b, path); old != "" {
		path, other = old, old
	}
	old, ok, err := e.history.At(ctx, b.Used, path)
	if err != nil {
		return false
	}
	if !ok {
		e.Hunk = &Hunk{Header: "the base has no such file", Lines: []string{}}
		return true
	}
	for _, h := range unified.Hunks(old, e.src) {
		if h.NewCount > 0 && h.New <= e.Line && e.Line < h.New+h.NewCount {
			e.Hunk = &Hunk{Header: h.String(), Old: other, Lines: h.Lines}
			return true
		}
	}
	return false
}

// oldLine returns the old text's line for a line of the new text; ok is false if
// the old text does not have it.
func oldLine(hunks []unified.Hunk, line int) (old int, ok bool) {
	shift := 0
	for _, h := range hunks {
		switch {
		case h.NewCount == 0 && line <= h.New, h.NewCount > 0 && line < h.New:
			return line - shift, true
		case h.NewCount > 0 && line < h.New+h.NewCount:
			return 0, false
		}
		shift += h.NewCount - h.OldCount
	}
	return line - shift, true
}

// fillStatements adds the statements around the line that are gone or moved.
func (e *explanation) fillStatements(known diffsrc.FileLines) {
	for _, gone := range known.Removed {
		if gone.Line == e.Line {
			e.Removed = append(e.Removed, RemovedRun{gone.OldLine, gone.OldEndLine})
		}
	}
	for _, m := range known.Moved {
		if m.Line <= e.Line && e.Line <= m.EndLine {
			e.Moved = &MovedFrom{m.From, m.OldLine, m.OldEndLine}
		}
	}
}
