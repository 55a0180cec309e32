package tracewalk

import (
	"context"
	"fmt"
	"math"

	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// place is where a row is: a segment, and the row in it.
type place struct{ segment, row int }

func (p place) before(q place) bool {
	return p.segment < q.segment || p.segment == q.segment && p.row < q.row
}

// pageRows is how many rows of a segment are held together.
const pageRows = 4096

// heldPages is how many pages are held at once.
const heldPages = 8

// page is some rows of a segment.
type page struct {
	rows []*traceview.Row
	used int // when it was looked at last
}

// book gives access to the rows of a trace by their places.
type book struct {
	trace  *trace.Trace
	heads  []wire.Head
	fns    *trace.Functions
	rows   []int // of each segment, -1 while that is not known
	least  []int // the smallest depth in each segment, known together with rows
	pages  map[place]*page
	clock  int
	Loaded int // segments that have been read so far, for tests
}

func newBook(r *trace.Run, t *trace.Trace) *book {
	b := &book{trace: t, heads: t.Heads(), fns: r.Functions(), pages: make(map[place]*page)}
	for range b.heads {
		b.rows, b.least = append(b.rows, -1), append(b.least, 0)
	}
	return b
}

// scan reads a segment and calls do with each of its rows, until do returns false. A
// segment that cannot be read has one row that says so.
func (b *book) scan(segment int, do func(n int, r *traceview.Row) bool) {
	n, least, on := 0, math.MaxInt, true
	hidden := 0
	rows := traceview.NewRows(func(r *traceview.Row) {
		r.Depth += hidden
		if r.Kind != traceview.RowNote {
			least = min(least, r.Depth)
		}
		if on {
			on = do(n, r)
		}
		n++
	})
	b.Loaded++
	if segment > 0 {
		if before, at := b.heads[segment-1], b.heads[segment]; before.First+before.Steps < at.First {
			on = do(n, note(at.First-1, "%d steps are missing here", at.First-before.First-before.Steps))
			n++
		}
	}
	events, err := b.trace.Segment(segment)
	if err != nil {
		do(n, note(b.heads[segment].First, "a segment cannot be read: %v", err))
		b.rows[segment] = n + 1
		return
	}
	w := b.fns.WalkOne(b.heads[segment], events)
	defer w.Close()
	for on {
		it, ok := w.Next()
		if !ok {
			rows.End()
			b.rows[segment], b.least[segment] = n, least
			return
		}
		hidden = int(min(w.Hidden, math.MaxInt32))
		rows.Item(w, it)
	}
}

func note(step uint64, format string, args ...any) *traceview.Row {
	return &traceview.Row{Kind: traceview.RowNote, Step: step, Location: -1, Note: fmt.Sprintf(format, args...)}
}

// count returns how many rows a segment has.
func (b *book) count(segment int) int {
	if b.rows[segment] < 0 {
		b.page(place{segment, 0})
	}
	return b.rows[segment]
}

// page returns the page with a row. All of the segment is read, and the page is kept.
func (b *book) page(p place) *page {
	start := p.row / pageRows * pageRows
	key := place{p.segment, start}
	b.clock++
	if held := b.pages[key]; held != nil {
		held.used = b.clock
		return held
	}
	found := &page{used: b.clock}
	b.scan(p.segment, func(n int, r *traceview.Row) bool {
		if start <= n && n < start+pageRows {
			found.rows = append(found.rows, r)
		}
		return n < start+pageRows || b.rows[p.segment] < 0
	})
	if len(b.pages) >= heldPages {
		oldest := key
		for k, held := range b.pages {
			if oldest == key || held.used < b.pages[oldest].used {
				oldest = k
			}
		}
		delete(b.pages, oldest)
	}
	b.pages[key] = found
	return found
}

// row returns the row at a place, nil if there is none.
func (b *book) row(p place) *traceview.Row {
	if p.segment < 0 || p.segment >= len(b.heads) || p.row < 0 {
		return nil
	}
	rows := b.page(p).rows
	if i := p.row % pageRows; i < len(rows) {
		return rows[i]
	}
	return nil
}

// next returns the place after p, and false at the end.
func (b *book) next(p place) (place, bool) {
	p.row++
	for p.row >= b.count(p.segment) {
		if p.segment++; p.segment >= len(b.heads) {
			return place{}, false
		}
		p.row = 0
	}
	return p, true
}

// previous returns the place before p, and false at the start.
func (b *book) previous(p place) (place, bool) {
	for p.row == 0 {
		if p.segment == 0 {
			return place{}, false
		}
		p.segment--
		p.row = b.count(p.segment)
	}
	p.row--
	return p, true
}

// seek is what is looked for. If Depth is set, rows that are deeper do not matter, and
// segments that have only such rows are passed over.
type seek struct {
	wanted func(r *traceview.Row) bool
	// stop ends the search without a result.
	stop  func(r *traceview.Row) bool
	depth int
	// segments bounds how many segments are read; 0 for no bound.
	segments int
}

func (s seek) passes(b *book, segment int) bool {
	return s.depth > 0 && b.rows[segment] >= 0 && b.least[segment] > s.depth
}

// forward returns the first place after p that is wanted.
func (b *book) forward(ctx context.Context, p place, s seek) (found place, ok bool) {
	read := 0
	for segment := p.segment; segment < len(b.heads) && ctx.Err() == nil; segment++ {
		if segment > p.segment && s.passes(b, segment) {
			continue
		}
		if read++; s.segments > 0 && read > s.segments {
			return place{}, false
		}
		report(ctx, segment+1, len(b.heads))
		over := false
		b.scan(segment, func(n int, r *traceview.Row) bool {
			if segment == p.segment && n <= p.row {
				return true
			}
			switch {
			case s.wanted(r):
				found, ok = place{segment, n}, true
			case s.stop != nil && s.stop(r):
				over = true
			}
			return !ok && !over && (n%1024 != 0 || ctx.Err() == nil)
		})
		if ok || over {
			return found, ok
		}
	}
	return place{}, false
}

// backward returns the last place before p that is wanted.
func (b *book) backward(ctx context.Context, p place, s seek) (found place, ok bool) {
	read := 0
	for segment := p.segment; segment >= 0 && ctx.Err() == nil; segment-- {
		if segment < p.segment && s.passes(b, segment) {
			continue
		}
		if read++; s.segments > 0 && read > s.segments {
			return place{}, false
		}
		report(ctx, segment+1, len(b.heads))
		over := false
		b.scan(segment, func(n int, r *traceview.Row) bool {
			if segment == p.segment && n >= p.row {
				return false
			}
			switch {
			case s.wanted(r):
				found, ok, over = place{segment, n}, true, false
			case s.stop != nil && s.stop(r):
				found, ok, over = place{}, false, true
			}
			return n%1024 != 0 || ctx.Err() == nil
		})
		if ok || over {
			return found, ok
		}
	}
	return place{}, false
}

// step returns the place of a step by its number.
func (b *book) step(ctx context.Context, number uint64) (place, bool) {
	for i, h := range b.heads {
		if h.First <= number && number < h.First+h.Steps {
			return b.forward(ctx, place{i, -1}, seek{segments: 1, wanted: func(r *traceview.Row) bool {
				return r.Kind == traceview.RowStep && r.Step == number
			}})
		}
	}
	return place{}, false
}
