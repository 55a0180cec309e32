package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// DiffCover has the numbers of the diff_cover tool: of the lines that a diff has
// added, which ones are measured, and which of these did not run. There is no
// "partly": a line that ran at all is covered.
type DiffCover struct {
	ReportName string                   `json:"report_name"` // what was measured
	DiffName   string                   `json:"diff_name"`   // what was compared
	Files      map[string]DiffCoverFile `json:"src_stats"`   // by path; only files with measured lines
	Lines      int                      `json:"total_num_lines"`
	Missing    int                      `json:"total_num_violations"`
	Percent    int                      `json:"total_percent_covered"` // rounded down; 100 if there are none
	Changed    int                      `json:"num_changed_lines"`     // all lines that the diff has added, in any file
}

// DiffCoverFile is a file of such a report.
type DiffCoverFile struct {
	Percent    float64   `json:"percent_covered"`
	Missing    []int     `json:"violation_lines"`
	Covered    []int     `json:"covered_lines"`
	Violations [][2]*int `json:"violations"` // each missing line, and null
}

// Measured says which lines of files are measured, and whether each ran.
type Measured map[string]map[int]bool

// Measured returns the lines that points vouch for, as LCOV has them.
func (r *Report) Measured() Measured {
	m := make(Measured)
	for _, f := range r.measured() {
		m[f.Name] = make(map[int]bool)
		for i := range f.Lines {
			if l := &f.Lines[i]; l.measured() {
				m[f.Name][l.Number] = l.Count > 0
			}
		}
	}
	return m
}

// NewDiffCover combines what is measured and what a diff has added: lines by path,
// ascending.
func NewDiffCover(reportName, diffName string, measured Measured, added map[string][]int) *DiffCover {
	d := &DiffCover{ReportName: reportName, DiffName: diffName, Files: make(map[string]DiffCoverFile), Percent: 100}
	for name, lines := range added {
		d.Changed += len(lines)
		f := DiffCoverFile{Missing: []int{}, Covered: []int{}, Violations: [][2]*int{}}
		for _, n := range lines {
			covered, known := measured[name][n]
			switch {
			case !known:
			case covered:
				f.Covered = append(f.Covered, n)
			default:
				f.Missing, f.Violations = append(f.Missing, n), append(f.Violations, [2]*int{&n})
			}
		}
		if n := len(f.Covered) + len(f.Missing); n > 0 {
			f.Percent = 100 - float64(len(f.Missing))/float64(n)*100
			d.Files[name] = f
			d.Lines, d.Missing = d.Lines+n, d.Missing+len(f.Missing)
		}
	}
	if d.Lines > 0 {
		d.Percent = int(float64(d.Lines-d.Missing) / float64(d.Lines) * 100)
	}
	return d
}

// Write writes the report as text, json or markdown.
func (d *DiffCover) Write(w io.Writer, format string) error {
	p := printer{w: w}
	switch format {
	case "json":
		encoder := json.NewEncoder(w)
		if err := encoder.Encode(d); err != nil {
			return fmt.Errorf("encoding JSON: %w", err)
		}
	case "markdown":
		p.printf("# Diff Coverage\n## Diff: %s\n\n", plain(d.DiffName))
		for _, line := range d.fileLines(plain) {
			p.printf("- %s\n", line)
		}
		p.printf("\n## Summary\n\n- **Total**: %s\n- **Missing**: %s\n- **Coverage**: %d%%\n", count(d.Lines, "line"), count(d.Missing, "line"), d.Percent)
	default:
		p.printf("Diff: %s\n", terminal.Line(d.DiffName))
		for _, line := range d.fileLines(terminal.Line) {
			p.printf("%s\n", line)
		}
		p.printf("Total:    %s\nMissing:  %s\nCoverage: %d%%\n", count(d.Lines, "line"), count(d.Missing, "line"), d.Percent)
	}
	return p.err
}

// fileLines says how much of each file is missing: "a.go (60.0%): Missing lines
// 21-23,27".
func (d *DiffCover) fileLines(escape func(string) string) (list []string) {
	var names []string
	for name := range d.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := d.Files[name]
		text := fmt.Sprintf("%s (%.1f%%)", escape(name), f.Percent)
		if len(f.Missing) > 0 {
			text += ": Missing lines " + joinRanges(f.Missing)
		}
		list = append(list, text)
	}
	return list
}

func joinRanges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		end := i
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		part := strconv.Itoa(numbers[i])
		if end > i {
			part += "-" + strconv.Itoa(numbers[end])
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, ",")
}

// ReadLCOV reads the lines of an LCOV tracefile. If it has a file twice, both parts
// count.
func ReadLCOV(r io.Reader) (Measured, error) {
	m := make(Measured)
	var lines map[int]bool
	err := eachLine(r, func(n int, line string) error {
		switch name, value, _ := strings.Cut(line, ":"); name {
		case "SF":
			if lines = m[value]; lines == nil {
				lines = make(map[int]bool)
				m[value] = lines
			}
		case "DA":
			number, hits, _ := strings.Cut(value, ",")
			hits, _, _ = strings.Cut(hits, ",") // a checksum may follow
			at, err := strconv.Atoi(number)
			count, err2 := strconv.ParseFloat(hits, 64)
			if err != nil || err2 != nil || lines == nil || at < 1 {
				return fmt.Errorf("line %d is none of an LCOV tracefile: %.60q", n, line)
			}
			lines[at] = lines[at] || count > 0
		}
		return nil
	})
	if err == nil && len(m) == 0 {
		err = errors.New("it has no file (SF:); name an LCOV tracefile")
	}
	return m, err
}

// AddedLines returns the lines that a unified diff has added, by path.
func AddedLines(r io.Reader) (map[string][]int, error) {
	added := make(map[string][]int)
	name, old, left, at := "", 0, 0, 0 // of a hunk: the lines that are still to come of either side
	hunks := 0
	err := eachLine(r, func(n int, line string) error {
		switch {
		case old > 0 || left > 0:
			switch {
			case strings.HasPrefix(line, "+"):
				added[name] = append(added[name], at)
				at, left = at+1, left-1
			case strings.HasPrefix(line, "-"):
				old--
			case !strings.HasPrefix(line, `\`):
				at, left, old = at+1, left-1, old-1
			}
		case strings.HasPrefix(line, "+++ "):
			name = strings.TrimPrefix(strings.TrimSuffix(line[len("+++ "):], "\t"), "b/")
		case strings.HasPrefix(line, "@@ "):
			var err error
			if old, left, at, err = hunk(line); err != nil || name == "" {
				return fmt.Errorf("line %d is no hunk of a unified diff: %.60q", n, line)
			}
			hunks++
		}
		return nil
	})
	if err == nil && hunks == 0 {
		err = errors.New("it has no hunk; name what git diff wrote")
	}
	return added, err
}

// hunk reads "@@ -11,0 +27 @@": how many lines each side has, and where the new
// side begins.
func hunk(line string) (old, left, at int, err error) {
	fields := strings.Fields(line)
	if len(fields) < 3 || !strings.HasPrefix(fields[1], "-") || !strings.HasPrefix(fields[2], "+") {
		return 0, 0, 0, strconv.ErrSyntax
	}
	_, old, err = side(fields[1][1:])
	if err == nil {
		at, left, err = side(fields[2][1:])
	}
	return old, left, at, err
}

func side(text string) (at, lines int, err error) {
	first, n, given := strings.Cut(text, ",")
	at, err = strconv.Atoi(first)
	if lines = 1; err == nil && given {
		lines, err = strconv.Atoi(n)
	}
	if err == nil && (at < 0 || lines < 0) {
		err = strconv.ErrRange
	}
	return at, lines, err
}

func eachLine(r io.Reader, visit func(n int, line string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxProfileLine)
	for n := 1; lines.Scan(); n++ {
		if err := visit(n, strings.TrimSuffix(lines.Text(), "\r")); err != nil {
			return err
		}
	}
	return lines.Err()
}
