package tracewalk

import (
	"context"

	"github.com/goat-trace/goat/internal/traceview"
)

// folds are the calls that are shown as one row.
type folds struct {
	*book
	ends   map[place]place // from the row of a folded call to the row of its end
	starts map[place]place // and back
}

func newFolds(b *book) *folds {
	return &folds{b, make(map[place]place), make(map[place]place)}
}

// fold folds the call that begins at p.
func (f *folds) fold(p, end place) {
	f.ends[p], f.starts[end] = end, p
}

func (f *folds) unfold(p place) {
	delete(f.starts, f.ends[p])
	delete(f.ends, p)
}

func (f *folds) folded(p place) bool {
	_, ok := f.ends[p]
	return ok
}

// reveal unfolds all calls that hide a place.
func (f *folds) reveal(p place) {
	for start, end := range f.ends {
		if start.before(p) && !end.before(p) {
			f.unfold(start)
		}
	}
}

// down returns the row that is shown after p.
func (f *folds) down(p place) (place, bool) {
	if end, ok := f.ends[p]; ok {
		p = end
	}
	return f.next(p)
}

// up returns the row that is shown before p.
func (f *folds) up(p place) (place, bool) {
	p, ok := f.previous(p)
	if start, end := f.starts[p]; ok && end {
		p = start
		if outer, within := f.around(p); within {
			p = outer
		}
	}
	return p, ok
}

// around returns the outermost folded call that hides a place.
func (f *folds) around(p place) (place, bool) {
	found, ok := place{}, false
	for start, end := range f.ends {
		if start.before(p) && !end.before(p) && (!ok || start.before(found)) {
			found, ok = start, true
		}
	}
	return found, ok
}

// foldAll folds the calls at a depth among the rows around p, which is what the
// screen may show.
func (f *folds) foldAll(ctx context.Context, p place, depth, rows int) {
	up, down := p, p
	for range rows {
		if q, ok := f.up(up); ok {
			up = q
			f.foldAt(ctx, q, depth)
		}
		if q, ok := f.down(down); ok {
			down = q
			f.foldAt(ctx, q, depth)
		}
	}
}

func (f *folds) foldAt(ctx context.Context, p place, depth int) {
	r := f.row(p)
	if r == nil || f.folded(p) {
		return
	}
	switch {
	case r.Kind == traceview.RowCall && r.Depth > depth:
		if end, ok := endOf(ctx, f.book, p, r); ok {
			f.fold(p, end)
		}
	case r.Kind == traceview.RowReturn && r.Depth > depth:
		if start, ok := callOf(ctx, f.book, p, r); ok {
			f.fold(start, p)
		}
	}
}
