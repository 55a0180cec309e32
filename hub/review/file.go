package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/internal/coverage"
)

// File is a file of a release, with its changed lines.
type File struct {
	Review *Review
	Name   string // in profiles
	Path   string // in the repository if it is known, else as the build has it
	Text   []byte // nil if there is none
	NoText string // why there is no text
	Owners []string
	Lines  []Line // changed ones, ascending
	Points []*Point
	Totals
	Before, Next string // names of the files around it
	Cut          bool   // there are more lines than Lines has
}

// Line is a line for which points vouch, or at which branches begin.
type Line struct {
	Number int
	// State is Covered if each point that vouches for the line ran somewhere, and
	// each branch that begins there was taken; Partial if some; Missed if none.
	State    report.State
	Ran, Of  int       // instances of the point that ran in the fewest
	First    time.Time // earliest first hit; zero if not known
	Points   []*Point  // that vouch for the line
	Branches []*Point  // that begin there and vouch for other lines, or for none
}

// mostLines is how many lines of a file a page shows as changed.
const mostLines = 50_000

// File returns a file of a release by its name in profiles.
func (r *Reviews) File(ctx context.Context, release, name string) (*File, error) {
	v, err := r.Get(ctx, release)
	if err != nil {
		return nil, err
	}
	f := &File{Review: v, Name: name}
	names := fileNames(v)
	for i := range v.Points {
		if p := &v.Points[i]; p.Name() == name {
			f.Points = append(f.Points, p)
		}
	}
	if len(f.Points) == 0 {
		return nil, fleet.Errorf(fleet.NotFound, "no changed code of the release is in a file %.200q", name)
	}
	f.Path, f.Owners, f.Totals = f.Points[0].Path, f.Points[0].Owners, TotalsOf(f.Points)
	if i := slices.Index(names, name); i >= 0 {
		if i > 0 {
			f.Before = names[i-1]
		}
		if i+1 < len(names) {
			f.Next = names[i+1]
		}
	}
	f.readText(ctx, r.facts)
	last := 0
	if f.Text != nil {
		last = countLines(f.Text)
	}
	f.addLines(last)
	return f, nil
}

// readText reads the file at the commit that was built.
func (f *File) readText(ctx context.Context, l *library) {
	v := f.Review
	switch {
	case v.wanted.commit == "":
		f.NoText = cmp.Or(v.NoSource, "there is no source for it")
	case v.Release.Dirty:
		f.NoText = fmt.Sprintf("it was built of a changed work tree, which no commit holds: the text at commit %s is not what runs", Short(v.Release.Commit))
	case f.Points[0].ModuleVersion != "":
		f.NoText = fmt.Sprintf("it belongs to another module, %s, whose repository the hub does not read", f.Points[0].Module)
	default:
		var err error
		if f.Text, err = l.text(ctx, v.wanted, f.Name); err != nil {
			f.NoText = err.Error()
		}
	}
}

// addLines makes lines of points. A build can name any lines: last is how many the
// text has, 0 if there is none.
func (f *File) addLines(last int) {
	byNumber := map[int]*Line{}
	line := func(n int) *Line {
		if n < 1 || last > 0 && n > last || len(byNumber) >= mostLines && byNumber[n] == nil {
			f.Cut = f.Cut || n >= 1 && (last == 0 || n <= last)
			return &Line{}
		}
		if byNumber[n] == nil {
			byNumber[n] = &Line{Number: n}
		}
		return byNumber[n]
	}
	for _, p := range f.Points {
		vouched := false
		for _, lines := range p.Lines {
			end := lines[1]
			if last > 0 {
				end = min(end, last)
			}
			for n := max(lines[0], 1); n <= min(end, lines[0]+mostLines); n++ {
				l := line(n)
				l.Points = append(l.Points, p)
				vouched = vouched || n == p.Line
			}
		}
		if !vouched {
			l := line(p.Line)
			l.Branches = append(l.Branches, p)
		}
	}
	for _, l := range byNumber {
		l.settle()
		f.Lines = append(f.Lines, *l)
	}
	slices.SortFunc(f.Lines, func(a, b Line) int { return a.Number - b.Number })
}

// settle finds the line's state.
func (l *Line) settle() {
	ran, never := 0, 0
	for i, p := range slices.Concat(l.Points, l.Branches) {
		if p.State == coverage.Never {
			never++
		} else {
			ran++
		}
		if i == 0 || p.Ran < l.Ran {
			l.Ran, l.Of = p.Ran, p.Of
		}
		if !p.First.IsZero() && (l.First.IsZero() || p.First.Before(l.First)) {
			l.First = p.First
		}
	}
	switch {
	case never == 0:
		l.State = report.Covered
	case ran == 0:
		l.State = report.Missed
	default:
		l.State = report.Partial
	}
}

// Commit is the newest commit that changed the line, or nil if it is not known.
func (f *File) Commit(line int) *source.CommitInfo {
	if f.Review.facts == nil || f.Review.facts.files[f.Name] == nil {
		return nil
	}
	return f.Review.facts.files[f.Name].commits.At(line)
}

// At returns the line with a number, or nil if it is not a changed one.
func (f *File) At(number int) *Line {
	i, ok := slices.BinarySearchFunc(f.Lines, number, func(l Line, n int) int { return l.Number - n })
	if !ok {
		return nil
	}
	return &f.Lines[i]
}

func countLines(text []byte) int {
	n := 0
	for _, b := range text {
		if b == '\n' {
			n++
		}
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

// text returns the text of a file at the commit that was built.
func (l *library) text(ctx context.Context, w wanted, name string) ([]byte, error) {
	k := textKey{w.repo, w.commit, name}
	if text, ok := l.texts.get(k); ok {
		return text, nil
	}
	if f, _ := l.get(ctx, w); f != nil && f.noSource != "" {
		return nil, errors.New(f.noSource) // looking again would fetch again
	}
	tree, err := l.repos.Mirror(w.repo).Open(ctx, w.commit)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	_, text, err := tree.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	l.texts.put(k, text)
	return text, nil
}
