package rt

import "io"

// WriteItems writes what render appends for each point of the first component that
// q selects, for those that match q, in its order, and at most so many of them. It
// returns how many match. An error of w or of Paced's function ends the work and is
// returned.
func (r *Report) WriteItems(w io.Writer, q Query, most int, render func(dst []byte, p Point) []byte) (matching int, err error) {
	selected := r.selected(q)
	if len(selected) == 0 {
		return 0, nil
	}
	p := r.newPage(w)
	ids := r.items(p, selected[0], q)
	for _, id := range ids[:min(most, len(ids))] {
		if !p.goOn() {
			return 0, p.err
		}
		at, i := r.catalog.locate(int(id))
		p.buf = render(p.buf, r.point(at, i))
		p.flushIfFull()
	}
	p.flush()
	return len(ids), p.err
}
