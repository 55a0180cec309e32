package review

import (
	"github.com/goat-trace/goat/hub/store/source"
)

// decorate returns the review with what git knows of its files.
func (v *Review) decorate(f *facts) *Review {
	d := *v
	d.facts, d.Reading, d.NoSource, d.Owned = f, "", f.noSource, f.owned
	d.Notes = append(d.Notes[:len(d.Notes):len(d.Notes)], f.notes...)
	d.Points = make([]Point, len(v.Points))
	d.Totals = Totals{}
	for i := range v.Points {
		p := &d.Points[i]
		*p = v.Points[i]
		if file := f.files[p.Name()]; file != nil && p.ModuleVersion == "" {
			p.Path, p.Owners = file.path, file.owners
			p.ErrorPath = p.ErrorPath || file.isErrorPath(p)
			p.Commit = file.commit(p)
		}
		d.Totals.add(p)
	}
	return &d
}

// isErrorPath reports whether a point is in an error path, as internal/report does.
func (f *fileFacts) isErrorPath(p *Point) bool {
	if f.said == nil {
		return false
	}
	first, last := p.Line, p.Line
	if n := len(p.Lines); n > 0 {
		first, last = p.Lines[0][0], p.Lines[n-1][1]
	}
	return f.said.IsErrorPath(p.Line, max(first, last)) && p.Kind != "stmt" || f.said.IsErrorPath(first, last)
}

// mostPointLines is how many lines of a point are looked at.
const mostPointLines = 1000

// commit is the newest commit that changed a line for which a point vouches. A
// build can name any lines, so only those of the file are looked at.
func (f *fileFacts) commit(p *Point) (newest *source.CommitInfo) {
	if f.commits == nil {
		return nil
	}
	look := func(first, last int) {
		first = max(first, 1)
		for line := first; line <= min(last, f.size, first+mostPointLines); line++ {
			if c := f.commits.At(line); c != nil && (newest == nil || c.At.After(newest.At)) {
				newest = c
			}
		}
	}
	for _, lines := range p.Lines {
		look(lines[0], lines[1])
	}
	if len(p.Lines) == 0 {
		look(p.Line, p.Line)
	}
	return newest
}
