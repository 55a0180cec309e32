package api

import (
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// testRun is a test run as the API shows it.
type testRun struct {
	ID      string    `json:"id"`
	Module  string    `json:"module"`
	Name    string    `json:"name"`
	URL     string    `json:"url"`
	Commit  string    `json:"commit"`
	Branch  string    `json:"branch"`
	Total   int       `json:"total"`
	Covered int       `json:"covered"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

func testRunOf(t *fleet.TestRun) testRun {
	return testRun{ID: t.ID, Module: t.Module, Name: t.Name, URL: t.URL, Commit: t.Commit, Branch: t.Branch, Total: t.Points, Covered: t.Ran, By: t.By, At: t.At}
}

// maxTests limits the body of a request, in bytes.
const maxTests = 16 << 20

// addTests answers PUT /api/v1/tests/{id}.
func (h *Handler) addTests(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Module, Name, URL, Commit, Branch string
		Points                            int
		Ran                               []string
	}
	if err := wire.ReadJSON(w, r, maxTests, &body); err != nil {
		return err
	}
	who := auth.From(r.Context())
	run := fleet.TestRun{
		ID: r.PathValue("id"), Module: body.Module, Name: body.Name, URL: body.URL, Commit: body.Commit, Branch: body.Branch,
		Points: body.Points, Scope: fleet.ScopeText(who.Scope), By: who.Name,
	}
	if err := h.fleet.AddTests(r.Context(), run, body.Ran); err != nil {
		return err
	}
	return wire.WriteJSON(w, map[string]any{"id": run.ID, "covered": len(body.Ran)})
}

// sides counts points by who ran them.
type sides struct {
	Both       int `json:"both"`
	Tests      int `json:"tests"`
	Production int `json:"production"`
	Neither    int `json:"neither"`
}

// tests answers GET /api/v1/releases/{release}/tests: the test runs that count in a
// release, and what ran in tests, in production, in both and in neither.
func (h *Handler) tests(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	judged, err := h.judge.Release(r.Context(), v.ID)
	if err != nil {
		return err
	}
	answer := struct {
		Tests []testRun `json:"tests"`
		Sides *sides    `json:"sides"` // null if there are no test runs, or no points yet
	}{Tests: []testRun{}}
	for i := range judged.Tests {
		answer.Tests = append(answer.Tests, testRunOf(&judged.Tests[i]))
	}
	if judged.Release != nil && judged.Sides != nil {
		s := judged.Sides
		answer.Sides = &sides{s.Both, s.Tests, s.Programs, s.Neither}
	}
	return wire.WriteJSON(w, answer)
}
