package portal

import (
	"fmt"
	"html/template"
	"math"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/review"
)

// words are the functions with which templates write text.
var words = template.FuncMap{
	"percent":  percent,
	"one":      one,
	"short":    short,
	"state":    stateWord,
	"sign":     stateSign,
	"means":    stateMeans,
	"instance": instanceSign,
	"time":     timeOf,
	"ago":      ago,
	"bar":      barOf,
	"share":    share,
	"plural":   plural,
	"base":     path.Base,
	"mark":     markOf,
	"lines":    linesOf,
	"sentence": sentence,
	"code":     codeLink,
	"named":    nameOf,
	"commit":   review.Short,
	"page":     partOf,
	"age":      age,
	"grouping": groupingWord,
	"linepercent": func(c interface{ Percent() (float64, bool) }) float64 {
		p, _ := c.Percent()
		return p
	},
}

// percent of total, rounded down to a tenth, so that 100 means all.
func percent(part, total int) float64 {
	if total == 0 {
		return 100
	}
	return float64(1000*part/total) / 10
}

// one is a percentage with one digit after the point, also rounded down.
func one(p float64) string { return fmt.Sprintf("%.1f", math.Floor(p*10+1e-9)/10) }

// short is a revision as people read it: ten letters of a commit.
func short(revision string) string {
	commit, rest, dirty := strings.Cut(revision, "-dirty-")
	if len(commit) == 40 && strings.Trim(commit, "0123456789abcdef") == "" {
		commit = commit[:10]
	}
	if dirty {
		return commit + "-dirty-" + rest
	}
	return commit
}

// stateWord is a release's state in one or two words.
func stateWord(s fleet.State) string {
	switch s {
	case fleet.StateLive:
		return "live"
	case fleet.StateUnreachable:
		return "up, unreachable"
	case fleet.StateLastSeen:
		return "gone, last seen"
	}
	return "nothing said"
}

// stateSign is the style sheet's class for a state.
func stateSign(s fleet.State) string {
	switch s {
	case fleet.StateLive:
		return "live"
	case fleet.StateUnreachable:
		return "lost"
	case fleet.StateLastSeen:
		return "stale"
	}
	return "gone"
}

// stateMeans says what a state means for the numbers on the page.
func stateMeans(s fleet.State) string {
	switch s {
	case fleet.StateLive:
		return "Instances are live: this is the latest."
	case fleet.StateUnreachable:
		return "Instances are up and cannot be reached: this is what they said last, and it is old."
	case fleet.StateLastSeen:
		return "No instance runs any more: this is what was said last, before they went."
	}
	return "Nothing runs, and nothing was ever said for this commit. That is not 0 %."
}

func instanceSign(s fleet.InstanceState) string {
	switch s {
	case fleet.Live:
		return "live"
	case fleet.Unreachable:
		return "lost"
	case fleet.Ended:
		return "stale"
	}
	return "gone"
}

// timeOf is a moment as a <time> element; nothing if it is not known.
func timeOf(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.Format(time.RFC3339), t.Format("2006-01-02 15:04:05 UTC"))) //nolint:gosec // digits, and the hub's own words
}

// ago is how long ago a moment was, with the exact time as a tooltip.
func ago(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s">%s</time>`, //nolint:gosec // as above
		t.UTC().Format(time.RFC3339), t.UTC().Format("2006-01-02 15:04:05 UTC"), since(time.Since(t))))
}

func since(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "a moment ago"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// part is a piece of a bar.
type part struct {
	Class    string
	From, To int // of 1000
}

// Width is the width of the piece.
func (p part) Width() int { return p.To - p.From }

// barOf is a bar with what ran, ran in part, and never ran.
func barOf(ran, some, never int) []part {
	total := ran + some + never
	if total == 0 {
		return nil
	}
	first, second := 1000*ran/total, 1000*(ran+some)/total
	return []part{{"ran", 0, first}, {"part", first, second}, {"never", second, 1000}}
}

// share is a bar of a percentage.
func share(p float64) []part {
	n := max(0, min(1000, int(10*p)))
	return []part{{"ran", 0, n}, {"never", n, 1000}}
}

// age is how long ago a moment was, in two or three letters for a narrow column.
func age(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	d, text := time.Since(t), ""
	switch {
	case d < time.Minute:
		text = fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < 2*time.Hour:
		text = fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		text = fmt.Sprintf("%d h", int(d.Hours()))
	default:
		text = fmt.Sprintf("%d d", int(d.Hours()/24))
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="first hit %s">%s</time>`, //nolint:gosec // digits, and the hub's own words
		t.UTC().Format(time.RFC3339), t.UTC().Format("2006-01-02 15:04:05 UTC"), text))
}

// groupingWord is a way to group points, in a word.
func groupingWord(by string) string {
	if by == "func" {
		return "function"
	}
	return by
}

// partOf is a part of a page together with the page, for links.
func partOf(part, page any) struct{ Part, Page any } { return struct{ Part, Page any }{part, page} }

func plural(n int, singular, several string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprint(n, " ", several)
}

// mark is the style sheet's class for a line's state.
type mark struct{ Class, Sign, Words string }

func markOf(s report.State) mark {
	switch s {
	case report.Covered:
		return mark{"is-ran", "✓", "ran"}
	case report.Partial:
		return mark{"is-part", "◐", "ran in part"}
	case report.Missed:
		return mark{"is-never", "✗", "never ran"}
	case report.Unmeasured:
		return mark{"is-none", "·", "not measured"}
	}
	return mark{}
}

// sentence is a message as a sentence.
func sentence(message string) string {
	r, n := utf8.DecodeRuneInString(message)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + strings.TrimSuffix(message[n:], ".") + "."
}

func linesOf(n uint64) string {
	if n <= 1 {
		return ""
	}
	const units = "kMGTPE"
	unit := -1
	for n > 9999 {
		n, unit = n/1000, unit+1
	}
	if unit < 0 {
		return fmt.Sprint(n, "×")
	}
	return fmt.Sprintf("%d%c×", n, units[unit])
}
