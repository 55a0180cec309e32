package config

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Values of Trace.Scope that are no package patterns.
const (
	TraceOff     = "off"
	TraceChanged = "changed" // functions that hold a tracking point
	// TraceInlined adds to TraceChanged the tiny functions, which the compiler inlines.
	TraceInlined = "inlined"

	// TraceFirstHit is a value of Trace.Begin.
	TraceFirstHit = "first-hit"
)

// Trace says which functions are built so that their steps can be recorded, and
// what a binary does where its environment says nothing else.
type Trace struct {
	// Scope is [off], or [changed], perhaps with inlined, or package patterns.
	Scope []string
	// Values says that the values of variables are recorded, too.
	Values bool
	// Redact are words: what has one of them in its name or type is never
	// recorded. They are added to RedactAlways.
	Redact []string
	// Begin says when a binary begins to record by itself: with [first-hit], where a
	// point runs for the first time. "" leaves that to its environment.
	Begin string
	// Steps, Bytes and For end a recording; Every, Rounds, Depth and Rate leave steps
	// out of it. 0 leaves each to its default.
	Steps, Bytes, Every, Rounds, Depth, Rate int
	For                                      time.Duration
	// Policy is what happens when the sink is slower than the program: block or
	// drop.
	Policy string
}

// RedactAlways are the words that are redacted whatever the configuration says.
func RedactAlways() []string {
	return []string{"password", "passwd", "passphrase", "token", "secret", "authorization", "cookie", "credential", "apikey", "privatekey"}
}

// On reports whether anything is built so that it can be recorded.
func (t Trace) On() bool { return len(t.Scope) > 0 && t.Scope[0] != TraceOff }

// Changed reports whether the functions that hold a tracking point are.
func (t Trace) Changed() bool { return slices.Contains(t.Scope, TraceChanged) }

// Inlined reports whether functions that hold a point are recordable also if the
// compiler inlines them otherwise.
func (t Trace) Inlined() bool { return slices.Contains(t.Scope, TraceInlined) }

// Holds reports whether all functions of a package are. A pattern that begins with
// "." is relative to the package's own module; dir is the package's directory in
// it, "." for the module's own.
func (t Trace) Holds(importPath, dir string) bool {
	return slices.ContainsFunc(t.Scope, func(pattern string) bool {
		switch {
		case pattern == TraceOff || pattern == TraceChanged || pattern == TraceInlined:
			return false
		case pattern == "." || strings.HasPrefix(pattern, "./"):
			local := strings.TrimPrefix(path.Clean(pattern), "./")
			return MatchPackages(local, dir) || local == "..."
		}
		return MatchPackages(pattern, importPath)
	})
}

// Words are all that is redacted, in lower case.
func (t Trace) Words() []string {
	words := RedactAlways()
	for _, w := range t.Redact {
		words = append(words, strings.ToLower(w))
	}
	return distinct(words)
}

// id digests what the archive of a package depends on.
func (t Trace) id() string {
	if !t.On() {
		return ""
	}
	return fmt.Sprintf("trace 1 %q %q", t.Scope, t.Redact)
}

// runID digests what a binary depends on besides.
func (t Trace) runID() string {
	if !t.On() {
		return ""
	}
	return fmt.Sprintf("%s %t %q %d %d %s %d %d %d %d %q", t.id(), t.Values, t.Begin, t.Steps, t.Bytes, t.For, t.Every, t.Rounds, t.Depth, t.Rate, t.Policy)
}

func checkScope(item string) string {
	switch {
	case item == "":
		return "an empty pattern names no package; write off, changed, or a package pattern such as ./..."
	case item == ".." || strings.HasPrefix(item, "../"):
		return fmt.Sprintf("%q leaves the module; write an import path, or a directory from the module's root that begins with ./", item)
	}
	return ""
}

// wrongScope says what is wrong with a list of scopes.
func wrongScope(scope []string) string {
	for _, item := range scope {
		if msg := checkScope(item); msg != "" {
			return msg
		}
	}
	if slices.Contains(scope, TraceInlined) && !slices.Contains(scope, TraceChanged) {
		return "inlined stands without changed; write changed,inlined, or package patterns, which take in all functions"
	}
	if len(scope) > 1 && slices.Contains(scope, TraceOff) {
		return "off stands beside other scopes; leave one of them out"
	}
	return ""
}

// Redacts reports whether a name has one of the words in it, which are in lower case.
// Upper and lower case, and underscores, do not count.
func Redacts(words []string, name string) bool {
	plain := strings.ReplaceAll(strings.ToLower(name), "_", "")
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(plain, w) })
}

func splitScope(text string) []string {
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return distinct(items)
}
