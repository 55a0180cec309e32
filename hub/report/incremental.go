package report

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/goat-trace/goat/hub/report/funcs"
	"github.com/goat-trace/goat/hub/report/profile"
	"github.com/goat-trace/goat/internal/gofile"
)

// Changes are the lines that a commit has and its base has not.
type Changes struct {
	Base  string        `json:"base"` // commit ids
	Head  string        `json:"head"`
	Files []ChangedFile `json:"files"`
}

// ChangedFile is a file with changed lines.
type ChangedFile struct {
	// Name is the file's name in profiles; "" for what is in no Go package.
	Name string `json:"name"`
	// Path and OldPath are its names in the repository at head and at the base;
	// OldPath is "" for a new file.
	Path    string `json:"path"`
	OldPath string `json:"oldPath,omitempty"`
	// Lines are the lines at head that hold changed code: neither comments, layout
	// nor code that only moved. 1-based, inclusive, ascending, neither overlapping
	// nor adjacent.
	Lines [][2]int `json:"lines"`
	// Diff are all lines that a diff adds, in the same form.
	Diff [][2]int `json:"diff,omitempty"`
}

// IncrementalReport is the coverage of changed lines.
type IncrementalReport struct {
	Base  string            `json:"base"`
	Head  string            `json:"head"`
	Files []IncrementalFile `json:"files"` // those with lines that count, by path
	Counts
	// PointCounts count the same lines by what points say; nil before AddPoints.
	PointCounts *Counts `json:"points,omitempty"`
}

// IncrementalFile is one changed file.
type IncrementalFile struct {
	Name string `json:"name"`
	Path string `json:"path"`
	// Lines are the changed lines on which a statement starts, ascending. Others
	// have no state.
	Lines []Line `json:"lines"`
	Counts
	// Missing says why the file's lines have no states: its text could not be read
	// or parsed.
	Missing string `json:"missing,omitempty"`
	// Text is the source, nil when there is none.
	Text []byte `json:"-"`
	// Changed are the changed lines, as ChangedFile.Lines has them.
	Changed [][2]int `json:"changed"`
}

// IsChanged says whether a line is one of the changed ones.
func (f *IncrementalFile) IsChanged(line int) bool { return contains(f.Changed, line) }

// Incremental makes the report of changed lines. Tests and files that are not
// Go's are left out, since no build counts them, and so are generated files,
// which have no points in goat's own builds either. It fails only when ctx ends.
func Incremental(ctx context.Context, p *profile.Profile, changes *Changes, sources Sources) (*IncrementalReport, error) {
	var files []ChangedFile
	for _, c := range changes.Files {
		if strings.HasSuffix(c.Path, ".go") && !strings.HasSuffix(c.Path, "_test.go") && c.Name != "" {
			files = append(files, c)
		}
	}
	reports := make([]IncrementalFile, len(files))
	err := inParallel(ctx, len(files), func(i int) { reports[i] = incrementalFile(ctx, p.File(files[i].Name), files[i], sources) })
	if err != nil {
		return nil, err
	}
	r := &IncrementalReport{Base: changes.Base, Head: changes.Head}
	for _, f := range reports {
		if len(f.Lines) > 0 || f.Missing != "" {
			r.Files = append(r.Files, f)
			r.Counts = r.Counts.plus(f.Counts)
		}
	}
	sort.SliceStable(r.Files, func(i, j int) bool { return r.Files[i].Path < r.Files[j].Path })
	return r, nil
}

// incrementalFile reports one file; blocks is nil when the profile has none of
// it.
func incrementalFile(ctx context.Context, blocks *profile.File, c ChangedFile, sources Sources) IncrementalFile {
	f := IncrementalFile{Name: c.Name, Path: c.Path, Changed: c.Lines}
	text, err := sources.Source(ctx, c.Name)
	var parsed *funcs.File
	if err == nil {
		f.Text = text
		parsed, err = funcs.Parse(text)
	}
	if err != nil {
		f.Missing = err.Error()
		return f
	}
	if gofile.Generated(text) {
		return f
	}
	statements := parsed.Statements()
	for len(statements) > 0 {
		line := statements[0].Line
		n := sort.Search(len(statements), func(i int) bool { return statements[i].Line > line })
		if contains(c.Lines, line) {
			l := lineState(blocks, line, statements[:n])
			f.Lines = append(f.Lines, l)
			f.Counts.add(l.State)
		}
		statements = statements[n:]
	}
	return f
}

// contains reports whether one of ascending intervals holds a line.
func contains(intervals [][2]int, line int) bool {
	i := sort.Search(len(intervals), func(i int) bool { return intervals[i][1] >= line })
	return i < len(intervals) && intervals[i][0] <= line
}

// lineState looks up the statements that start on a line. Those that no block
// holds (the body of a function named _) say nothing where others do.
func lineState(blocks *profile.File, number int, statements []funcs.Statement) Line {
	l := Line{Number: number, State: Unmeasured}
	if blocks == nil {
		return l
	}
	ran, missed := 0, 0
	for _, s := range statements {
		b, ok := blocks.At(s.At.Line, s.At.Col)
		switch {
		case !ok:
		case b.Count > 0:
			ran++
			l.Count = max(l.Count, b.Count)
		default:
			missed++
		}
	}
	switch {
	case ran > 0 && missed > 0:
		l.State = Partial
	case ran > 0:
		l.State = Covered
	case missed > 0:
		l.State = Missed
	}
	return l
}

// WriteText writes the report for people and scripts: a line for each file and
// a last one with the total. "not measured" is shown where no line was.
func (r *IncrementalReport) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Files {
		fmt.Fprintf(out, "%s: %s", f.Path, f.Counts)
		if f.Missing != "" {
			fmt.Fprintf(out, "; no source: %s", f.Missing)
		}
		for _, s := range []State{Partial, Missed, Unmeasured} {
			if lines := f.numbers(s); lines != "" {
				fmt.Fprintf(out, "; %s %s", s, lines)
			}
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "total: %s since %s\n", r.Counts, cmp.Or(r.Base, "the beginning"))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the incremental report: %w", err)
	}
	return nil
}

// numbers lists the lines with a state: "3,7-9".
func (f *IncrementalFile) numbers(s State) string {
	var b strings.Builder
	for i := 0; i < len(f.Lines); i++ {
		if f.Lines[i].State != s {
			continue
		}
		first := f.Lines[i].Number
		for i+1 < len(f.Lines) && f.Lines[i+1].State == s && f.Lines[i+1].Number == f.Lines[i].Number+1 {
			i++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, first)
		if last := f.Lines[i].Number; last > first {
			fmt.Fprintf(&b, "-%d", last)
		}
	}
	return b.String()
}
