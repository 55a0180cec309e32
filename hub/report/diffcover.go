package report

import (
	"github.com/goat-trace/goat/hub/report/profile"
)

// DiffCoverReport has the numbers, and with encoding/json the form, of a JSON
// report of the diff_cover tool.
type DiffCoverReport struct {
	ReportName string                   `json:"report_name"`
	DiffName   string                   `json:"diff_name"`
	SrcStats   map[string]DiffCoverFile `json:"src_stats"` // by path in the repository
	Lines      int                      `json:"total_num_lines"`
	Violations int                      `json:"total_num_violations"`
	Percent    int                      `json:"total_percent_covered"`
	Changed    int                      `json:"num_changed_lines"`
}

// DiffCoverFile is one file of such a report.
type DiffCoverFile struct {
	Percent    float64   `json:"percent_covered"`
	Missed     []int     `json:"violation_lines"`
	Covered    []int     `json:"covered_lines"`
	Violations [][2]*int `json:"violations"` // each missed line, and null
}

// DiffCover reports changed lines as diff_cover does of a profile that was
// converted to LCOV: a line is measured if a block reaches it, with its braces
// and blank lines, and covered if one that does ran. There is no "partial", and
// what no block reaches does not count. The lines are those of ChangedFile.Diff.
// It needs no text.
func DiffCover(p *profile.Profile, changes *Changes, reportName, diffName string) *DiffCoverReport {
	r := &DiffCoverReport{ReportName: reportName, DiffName: diffName, SrcStats: make(map[string]DiffCoverFile), Percent: 100}
	for _, c := range changes.Files {
		for _, lines := range c.Diff {
			r.Changed += lines[1] - lines[0] + 1
		}
		blocks := p.File(c.Name)
		if blocks == nil {
			continue
		}
		f := DiffCoverFile{Missed: []int{}, Covered: []int{}, Violations: [][2]*int{}}
		for _, l := range reachedLines(blocks.Blocks, c.Diff) {
			if l.covered {
				f.Covered = append(f.Covered, l.number)
				continue
			}
			f.Missed = append(f.Missed, l.number)
			f.Violations = append(f.Violations, [2]*int{&l.number})
		}
		if n := len(f.Covered) + len(f.Missed); n > 0 {
			f.Percent = 100 - 100*float64(len(f.Missed))/float64(n)
			r.SrcStats[c.Path] = f
			r.Lines, r.Violations = r.Lines+n, r.Violations+len(f.Missed)
		}
	}
	if r.Lines > 0 {
		r.Percent = int(float64(r.Lines-r.Violations) / float64(r.Lines) * 100)
	}
	return r
}

type reachedLine struct {
	number  int
	covered bool
}

// reachedLines returns those of the changed lines that blocks reach. Blocks are
// sorted by start, and may be any number of lines long, so the changed lines are
// gone through, not theirs.
func reachedLines(blocks []profile.Block, changed [][2]int) (lines []reachedLine) {
	var open []profile.Block // began at or before the line, and may reach it
	for _, interval := range changed {
		for n := interval[0]; n <= interval[1]; n++ {
			for len(blocks) > 0 && int64(blocks[0].StartLine) <= int64(n) {
				open = append(open, blocks[0])
				blocks = blocks[1:]
			}
			kept, covered := open[:0], false
			for _, b := range open {
				if int64(b.EndLine) >= int64(n) {
					kept = append(kept, b)
					covered = covered || b.Count > 0
				}
			}
			if open = kept; len(open) > 0 {
				lines = append(lines, reachedLine{n, covered})
			}
		}
	}
	return lines
}
