package trace

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/warning"
)

// Settings are goat.yaml's settings for recordings. goat-exec writes them into the
// program. Numbers that are 0 and texts that are empty are not set.
type Settings struct {
	Values bool
	Redact []string
	On     string // start or first-hit
	Steps  int64
	Bytes  int64
	For    time.Duration
	Every  int
	Rounds int
	Depth  int
	Rate   int64
	Policy string
	Launch string // main or test
}

// limits say what a recording holds, when it ends and what it leaves out.
type limits struct {
	Options
	For    time.Duration // 0 for no limit
	Policy string        // block or drop
}

// queueLimit is how many bytes may wait for a slow sink with the policy drop.
const queueLimit = 16 << 20

// wholeProgram are the limits of a recording from a program's start, for which
// nobody has set others: nothing is left out.
func wholeProgram() limits {
	return limits{Options: Options{Bytes: 1 << 30}, Policy: "block"}
}

// inProduction are those of a recording that is asked of a running program. They are
// chosen so that a service does not notice: nobody waits for the sink, and the disk
// does not fill.
func inProduction() limits {
	return limits{
		Options: Options{Bytes: 64 << 20, Depth: 64, Rounds: 100, Rate: 8 << 20},
		For:     10 * time.Second, Policy: "drop",
	}
}

// settle puts settings in place of defaults.
func (l *limits) settle(s Settings) {
	l.Values, l.Redact = s.Values, s.Redact
	for _, n := range []struct {
		to   *int64
		from int64
	}{{&l.Steps, s.Steps}, {&l.Bytes, s.Bytes}, {&l.Rate, s.Rate}} {
		if n.from != 0 {
			*n.to = n.from
		}
	}
	for _, n := range []struct{ to, from *int }{{&l.Every, &s.Every}, {&l.Rounds, &s.Rounds}, {&l.Depth, &s.Depth}} {
		if *n.from != 0 {
			*n.to = *n.from
		}
	}
	if s.For != 0 {
		l.For = s.For
	}
	if s.Policy != "" {
		l.Policy = s.Policy
	}
}

// limitNames are what limits.set knows: the parameters of /trace/start, and in upper
// case behind GOAT_TRACE_ the variables.
func limitNames() []string {
	return []string{"values", "steps", "bytes", "for", "every", "rounds", "depth", "rate", "policy"}
}

// set sets one limit from a text. If the text is wrong, it returns what to write.
func (l *limits) set(name, text string) (next string) {
	const wholeNumber = "set it to a number, or to 0 for no limit"
	number := func(most int64) (int64, bool) {
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && n >= 0 && n <= most
	}
	switch name {
	case "values":
		on, ok := rt.Boolean(text)
		if !ok {
			return "set it to 1 or 0"
		}
		l.Values = on
	case "policy":
		if text != "block" && text != "drop" {
			return "set it to block or drop"
		}
		l.Policy = text
	case "for":
		d, err := time.ParseDuration(text)
		if text == "0" {
			d, err = 0, nil
		}
		if err != nil || d < 0 {
			return "set it to a time such as 10s, or to 0 for no limit"
		}
		l.For = d
	case "every", "rounds", "depth":
		n, ok := number(1 << 30)
		if !ok {
			return wholeNumber
		}
		*map[string]*int{"every": &l.Every, "rounds": &l.Rounds, "depth": &l.Depth}[name] = int(n)
	case "steps", "bytes", "rate":
		n, ok := number(1 << 62)
		if !ok {
			return wholeNumber
		}
		*map[string]*int64{"steps": &l.Steps, "bytes": &l.Bytes, "rate": &l.Rate}[name] = n
	default:
		return "it is unknown; known are " + strings.Join(limitNames(), ", ")
	}
	return ""
}

// overrides are limits that the environment or a request sets, by name.
type overrides map[string]string

// fromEnvironment reads the variables, and checks them.
func fromEnvironment(getenv func(string) string) (overrides, error) {
	g := make(overrides)
	for _, name := range limitNames() {
		variable := "GOAT_TRACE_" + strings.ToUpper(name)
		text := getenv(variable)
		if text == "" {
			continue
		}
		if next := new(limits).set(name, text); next != "" {
			return nil, warning.Variable(variable, text, next)
		}
		g[name] = text
	}
	return g, nil
}

// apply sets them; wrong is the name of the first one that cannot be set.
func (g overrides) apply(l *limits) (wrong, next string) {
	names := make([]string, 0, len(g))
	for name := range g {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if next := l.set(name, g[name]); next != "" {
			return name, next
		}
	}
	return "", ""
}
