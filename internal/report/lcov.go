package report

import (
	"bufio"
	"io"

	"github.com/goat-trace/goat/internal/terminal"
)

// LCOV writes the first release as a tracefile of the LCOV tool (geninfo(1)). Its
// lines are the changed ones. Excused lines that never ran are left out, as LCOV
// does with lines between LCOV_EXCL_START and LCOV_EXCL_STOP.
func LCOV(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	p := printer{w: out}
	for _, f := range r.measured() {
		p.printf("TN:\nSF:%s\n", terminal.Line(f.Name))
		found, hit := 0, 0
		for i := range f.Lines {
			l := &f.Lines[i]
			if !l.measured() {
				continue
			}
			p.printf("DA:%d,%d\n", l.Number, l.Count)
			if found++; l.Count > 0 {
				hit++
			}
		}
		p.printf("LF:%d\nLH:%d\nend_of_record\n", found, hit)
	}
	if p.err != nil {
		return p.err
	}
	return out.Flush()
}

// measured reports whether a line counts.
func (l *Line) measured() bool { return !l.Excused || l.State != LineNever }

// measured returns the files of the first release that have measured lines.
func (r *Report) measured() []*File {
	if len(r.Releases) == 0 {
		return nil
	}
	var files []*File
	for _, f := range r.Releases[0].Files {
		for i := range f.Lines {
			if f.Lines[i].measured() {
				files = append(files, f)
				break
			}
		}
	}
	return files
}
