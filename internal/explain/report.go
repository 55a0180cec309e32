package explain

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/unified"
)

// Reason says in one word why a line is tracked or not.
type Reason string

// The reasons. docs/explain.md says what users can do about each.
const (
	Tracked        Reason = "tracked"         // a point vouches for the line
	PointHere      Reason = "point"           // a point is on the line and vouches for other lines, or for a branch
	Unchanged      Reason = "unchanged"       // the base has an equal statement in its place
	Moved          Reason = "moved"           // the code was elsewhere in the base
	Comment        Reason = "comment"         // nothing but a comment
	Blank          Reason = "blank"           // nothing at all
	Punctuation    Reason = "punctuation"     // a closing brace, an else, a label: no statement's own text
	Declaration    Reason = "declaration"     // imports, types, constants, variables: no statement
	Directive      Reason = "directive"       // goat:ignore
	Ignores        Reason = "ignores"         // ignores in goat.yaml
	Generated      Reason = "generated"       // a generated file
	GitIgnored     Reason = "git-ignored"     // an untracked file that git ignores
	NotBuilt       Reason = "not-built"       // not in a build with these tags for this platform
	TestFile       Reason = "test"            // a test, and the build is not a test's
	OtherModule    Reason = "other-module"    // a module that is not the build's
	StandardModule Reason = "standard"        // the standard library
	Vendored       Reason = "vendored"        // below a vendor directory
	Linked         Reason = "linked"          // reached through a symbolic link to a directory
	NotGo          Reason = "not-go"          // no Go file
	Unparsed       Reason = "syntax"          // the file has a syntax error
	NoLines        Reason = "no-lines"        // nothing can be compared here
	Stale          Reason = "stale"           // an index or a patch file was made from another state of the file
	Uninstrumented Reason = "uninstrumented"  // a function that holds no points, such as a go:nosplit one
	Elsewhere      Reason = "other-statement" // a line of a changed statement that is itself unchanged
)

// Report is what is known about a line; -json prints it.
type Report struct {
	Version int    `json:"version"`
	File    string `json:"file"` // as it was asked for
	Line    int    `json:"line"`
	Text    string `json:"text"` // of the line
	Tracked bool   `json:"tracked"`
	Reason  Reason `json:"reason"`
	Because string `json:"because"`        // the same as a sentence
	Next    string `json:"next,omitempty"` // what would change it

	Package string       `json:"package,omitempty"`
	Module  string       `json:"module,omitempty"`
	Func    string       `json:"func,omitempty"`
	Extent  *[2]int      `json:"statement,omitempty"` // lines of the statement's own text
	Base    *Base        `json:"base,omitempty"`
	Commit  *Commit      `json:"commit,omitempty"`
	Hunk    *Hunk        `json:"hunk,omitempty"`
	Moved   *MovedFrom   `json:"moved,omitempty"`
	Removed []RemovedRun `json:"removed,omitempty"` // removed statements that came after the line
	Rule    string       `json:"rule,omitempty"`
	Points  []Point      `json:"points,omitempty"`
}

// Base is what the file was compared with.
type Base struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Commit is the commit that the line comes from. Hash is "" if the line is not
// committed.
type Commit struct {
	diffsrc.Commit
	SinceBase bool `json:"sinceBase"` // the line is not in the base's file
}

// Hunk is the hunk against the base's file that the line is in.
type Hunk struct {
	Header string   `json:"header"`
	Old    string   `json:"oldFile,omitempty"` // the file's name in the base, if that differs
	Lines  []string `json:"lines"`
}

// MovedFrom is where the code was in the base.
type MovedFrom struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	EndLine int    `json:"endLine"`
}

// RemovedRun is a run of statements of the base that are gone.
type RemovedRun struct {
	OldLine    int `json:"oldLine"`
	OldEndLine int `json:"oldEndLine"`
}

// Point is a tracking point, and how it relates to the line.
type Point struct {
	point.Point
	Vouches bool `json:"vouches"` // its hit says that the line has run
}

// maxHunk is how many lines of a hunk are printed.
const maxHunk = 24

// Print prints the report for people.
func (r *Report) Print(w io.Writer, screen terminal.Screen) {
	verdict := "not tracked"
	if r.Tracked {
		verdict = "tracked"
	}
	title := fmt.Sprintf("%s:%d: %s: %s", terminal.Word(r.File), r.Line, verdict, terminal.Line(r.Because))
	fmt.Fprintln(w, terminal.Wrap(title, screen.Width, "    "))
	if text := strings.TrimSpace(strings.ReplaceAll(r.Text, "\t", " ")); text != "" {
		fmt.Fprintf(w, "  %s\n", fit(terminal.Line(text), screen, 2))
	}
	p := printer{w, screen}
	if r.Func != "" && r.Extent != nil {
		p.row("statement", fmt.Sprintf("%s of %s", lines(r.Extent[0], r.Extent[1]), r.Func))
	}
	if r.Moved != nil {
		p.row("moved from", fmt.Sprintf("%s of the base, %s", r.Moved.File, lines(r.Moved.Line, r.Moved.EndLine)))
	}
	if r.Commit != nil {
		p.row("commit", r.Commit.String())
	}
	if r.Base != nil {
		p.row("base", r.Base.String())
	}
	if r.Hunk != nil {
		p.hunk(r.Hunk)
	}
	for _, gone := range r.Removed {
		p.row("removed", fmt.Sprintf("%s of the base stood behind this line; what is gone has no point", lines(gone.OldLine, gone.OldEndLine)))
	}
	if r.Rule != "" {
		p.row("rule", r.Rule)
	}
	for _, pt := range r.Points {
		p.row("point", pt.describe())
	}
	if r.Next != "" {
		p.row("→", r.Next)
	}
}

func (c *Commit) String() string {
	when := "the base has the line, too"
	if c.SinceBase {
		when = "since the base"
	}
	if c.Hash == "" {
		return "not committed yet; " + when
	}
	return fmt.Sprintf("%.12s %q, %s, %s; %s", c.Hash, c.Summary, c.Author, c.Time.Format("2006-01-02"), when)
}

func (b *Base) String() string {
	text := b.Ref
	if b.Commit != "" {
		text += fmt.Sprintf(" (%.12s)", b.Commit)
	}
	if b.Why != "" {
		text += ": " + b.Why
	}
	return text
}

func (p Point) describe() string {
	text := fmt.Sprintf("%s %s, %s of %s", p.StableID, p.Kind, lines(p.Line, p.EndLine), p.Func)
	switch {
	case p.Vouches:
		return text + "; its hit says that this line has run"
	case len(p.Lines) == 0 && p.Kind != point.KindManual:
		return text + "; it stands for a branch"
	}
	return text
}

// printer prints rows, each after its name.
type printer struct {
	w      io.Writer
	screen terminal.Screen
}

const nameWidth = 12

func (p printer) row(name, text string) {
	indent := strings.Repeat(" ", nameWidth+2)
	wrapped := terminal.Wrap(terminal.Line(text), max(0, p.screen.Width-len(indent)), "")
	fmt.Fprintf(p.w, "  %-*s%s\n", nameWidth, name, strings.ReplaceAll(wrapped, "\n", "\n"+indent))
}

func (p printer) hunk(h *Hunk) {
	title := h.Header
	if h.Old != "" {
		title += " of " + h.Old
	}
	p.row("hunk", title)
	for i, line := range h.Lines {
		if i == maxHunk {
			fmt.Fprintf(p.w, "  %-*s… %d more lines\n", nameWidth, "", len(h.Lines)-maxHunk)
			break
		}
		text := fit(terminal.Line(strings.ReplaceAll(line, "\t", "    ")), p.screen, nameWidth+2)
		fmt.Fprintf(p.w, "  %-*s%s\n", nameWidth, "", unified.Colour(text, p.screen.Colours))
	}
}

// fit cuts a text to the remaining columns of a terminal.
func fit(text string, screen terminal.Screen, indent int) string {
	if screen.Width <= indent {
		return text
	}
	return terminal.Cut(text, screen.Width-indent)
}

func lines(first, last int) string {
	if first == last {
		return "line " + strconv.Itoa(first)
	}
	return fmt.Sprintf("lines %d-%d", first, last)
}
