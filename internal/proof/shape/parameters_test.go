package shape

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mostParameters is how many parameters a function may have. Few have more than
// five: -v lists them.
const mostParameters = 7

// takesError has the functions that are given an error, and why. Others get it
// as a result and return it: an error that is handed into a computation makes
// each of its steps ask whether there is still something to do.
var takesError = map[string]string{
	// They tell an error's kind.
	"ExitCode":       "kind",
	"notRepository":  "kind",
	"incomplete.Is":  "kind; errors.Is calls it",
	"Unavailable.Is": "kind; errors.Is calls it",
	"unread.Is":      "kind; errors.Is calls it",
	"endedBySignal":  "kind",
	"IsKilled":       "kind",
	"unmet":          "kind; what the user asked for by name",
	"exitCode":       "kind",
	"Passing":        "kind",
	"again":          "kind",
	"ErrNoStep.Is":   "kind; errors.Is calls it",
	"Dialect.away":   "kind; whether the database is away",
	"away":           "likewise, of one engine",
	"number":         "kind; an engine's number for it",
	"code":           "likewise",
	"isMissing":      "kind; of a bucket's answer",
	// They give an error its words, for the error they return.
	"wrap":               "words: of a statement of the store of runs",
	"Dialect.explain":    "words: the next step, in the engine's terms",
	"Database.explain":   "likewise",
	"unreachable":        "likewise",
	"withoutURL":         "words: without the password in an address",
	"Blobs.explain":      "words: the next step, for a bucket",
	"bare":               "words: without the path, which is printed before it",
	"openingError":       "words: of opening a repository",
	"WithStep":           "words: the next step",
	"ProblemOf":          "words: what a client of the hub may know of it",
	"problemOf":          "likewise, for goc's agents",
	"public":             "likewise, for who asks by GraphQL",
	"GoCommandError":     "words: that a go command was killed",
	"commandError":       "words: what a command said",
	"callError":          "words: of a call to an agent, without what it answered",
	"broken":             "words: of what is no page of /track",
	"shortLookup":        "words: without the name server",
	"survey.late":        "words: that the time was over",
	"survey.unreachable": "words: the next step",
	// They say an error where it cannot be returned.
	"program.fail":         "says it and gives the exit code",
	"runner.sayNotCounted": "says why the link has no runtime",
	"Say":                  "logs it in the application",
	// They keep the first error of a parser.
	"loader.failSyntax": "keeps it with its line",
	"cursor.fail":       "keeps it",
	"finder.damaged":    "keeps it",
	// How a command ended is what they are about.
	"Git.note": "an answer of git's, whose error is a part of it",
	"must":     "ends a test with it", // of hub/store/storetest
	// This one is to lose it.
	"run": "of rt/serve: what was wrong with the settings",
}

func TestParameters(t *testing.T) {
	found := map[string]bool{}
	for _, p := range chosen(t) {
		for _, f := range Functions(p) {
			name := strings.TrimPrefix(f.Name, p.Path+".")
			if f.Parameters > 5 {
				t.Logf("%d parameters: %s (%s)", f.Parameters, f.Name, f.File)
			}
			if f.Parameters > mostParameters {
				t.Errorf("%s: got %d parameters, want at most %d", f.Name, f.Parameters, mostParameters)
			}
			if !f.TakesError {
				continue
			}
			found[name] = true
			if takesError[name] == "" {
				t.Errorf("%s (%s) has an error among its parameters: return errors and let callers end; where an error is what a function is about, name it in takesError with the reason", f.Name, f.File)
			}
		}
	}
	for name := range takesError {
		if !found[name] && *only == "" && *directory == here {
			t.Errorf("no function %s has an error among its parameters: take it out of takesError", name)
		}
	}
}

func TestFunctionsOfSmallModule(t *testing.T) {
	packages := write(t, map[string]string{"a/a.go": `package a

type T struct{}

func (T) wide(a, b int, c ...error) {}

func init() {}

func one(err error) error { return func(error) error { return err }(err) }
`})
	want := []Function{
		{Name: "a.T.wide", File: "a.go", Parameters: 3, TakesError: true},
		{Name: "a.one", File: "a.go", Parameters: 1, TakesError: true},
		{Name: "a.init", File: "a.go"},
	}
	if diff := cmp.Diff(want, Functions(packages[0])); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}
