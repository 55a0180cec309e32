package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// marketBase and marketHead are two commits of a program whose points the tests
// choose; marketLast is a third one.
const marketBase = `
-- go.mod --
module example.com/market
-- CODEOWNERS --
* @market/all
/pay/ @market/pay @market/risk
!/x @nobody
-- pay/pay.go --
package pay

func Pay(n int) error {
	return nil
}
-- cart/cart.go --
package cart

func Add() {}
`

const marketHead = `
-- pay/pay.go --
package pay

import "errors"

func Pay(n int) error {
	if n < 0 {
		return errors.New("negative")
	}
	return nil
}
`

const marketLast = `
-- cart/cart.go --
package cart

func Add() {
	total++
}

var total int
`

// market is a repository with three commits.
func market(t testing.TB) (c covered, first, last string) {
	t.Helper()
	c.dir = t.TempDir()
	c.git("init", "-q", "-b", "main")
	c.commitAll(marketBase)
	c.base = c.git("rev-parse", "HEAD")
	c.commitAll(marketHead)
	first = c.git("rev-parse", "HEAD")
	c.commitAll(marketLast)
	c.git("commit", "-q", "--amend", "-m", `<b>Count & "add"</b>`)
	c.commit = c.git("rev-parse", "HEAD")
	return c, first, c.commit
}

// spot is a point of a test's manifest.
type spot struct {
	pkg, file, fn, kind string
	line                int
	lines               [][2]int
	id                  int
}

var marketSpots = []spot{
	{"example.com/market/pay", "pay/pay.go", "Pay", "then", 6, [][2]int{{7, 7}}, 1},
	{"example.com/market/pay", "pay/pay.go", "Pay", "stmt", 6, [][2]int{{6, 6}}, 2},
	{"example.com/market/cart", "cart/cart.go", "Add", "stmt", 4, [][2]int{{4, 4}}, 3},
	{"example.com/market/gen", "gen/gen.go", "Gen", "func", 3, [][2]int{{3, 900_000_000}}, 4},
}

// manifestOfSpots makes a manifest of spots, compared with a base.
func manifestOfSpots(t testing.TB, base string, spots []spot) (string, []byte) {
	t.Helper()
	var packages []document
	for _, s := range spots {
		point := document{"stableId": fmt.Sprintf("%016x", s.id), "file": s.file, "func": s.fn, "kind": s.kind, "line": s.line, "endLine": s.line, "lines": s.lines}
		if n := len(packages); n > 0 && packages[n-1]["path"] == s.pkg {
			packages[n-1]["points"] = append(packages[n-1]["points"].([]document), point)
		} else {
			packages = append(packages, document{"path": s.pkg, "points": []document{point}})
		}
	}
	text, err := json.Marshal(document{"format": 1, "main": "example.com/market/cmd/market", "app": "market", "base": "main", "baseCommit": base, "packages": packages})
	if err != nil {
		t.Fatal(err)
	}
	return digestOf(string(text)), text
}

// reportSpots registers the n-th process of a commit and reports what it ran.
func (h *hub) reportSpots(n int, commit, base string, spots []spot, ids []int, changes document) {
	h.t.Helper()
	digest, manifest := manifestOfSpots(h.t, base, spots)
	d := document{
		"key": key(n), "labels": document{"env": "staging", "app": "market"}, "branch": "main", "commit": commit, "main": "example.com/market/cmd/market",
		"manifest": digest, "points": len(spots), "go": "go1.26.8", "os": "linux", "arch": "amd64", "host": fmt.Sprintf("market-%d", n), "pid": 1,
	}
	for k, v := range changes {
		d[k] = v
	}
	for _, a := range []answer{
		h.call("POST", "/api/v1/instances", d), h.call("PUT", "/api/v1/manifests/"+digest, manifest),
		h.call("POST", "/api/v1/instances/"+key(n)+"/points", document{"from": 0, "ids": ids}),
	} {
		if a.status >= 300 {
			h.t.Fatalf("got %d and %s", a.status, a.body)
		}
	}
}

// releaseOf is the id of the release of a commit.
func (h *hub) releaseOf(env, commit string) string {
	h.t.Helper()
	for _, s := range h.services() {
		for _, r := range h.releases(s.ID) {
			if s.Env == env && strings.HasPrefix(r.Revision, commit) {
				return r.ID
			}
		}
	}
	h.t.Fatalf("no release of %s in %s", commit, env)
	return ""
}

type summaryJSON struct {
	Verdict                              struct{ Good, Title, Detail string }
	Points, All, Some, Never, ErrorPaths int
	NoSource, Reading                    string
	Notes                                []string
	Groups                               []struct {
		Key                       string
		Points, Never, ErrorPaths int
		Commit                    *struct{ Subject string }
	}
	Pods []struct {
		Name       string
		Ran, Alone int
	}
}

// summary waits until the source has been read.
func (h *hub) summary(release, query string) (s summaryJSON) {
	h.t.Helper()
	until(h.t, "read", func() bool {
		s = summaryJSON{}
		h.get("/api/v1/releases/"+release+"/summary?"+query, &s)
		return s.Reading == ""
	})
	return s
}

func (s *summaryJSON) groups() (list []string) {
	for _, g := range s.Groups {
		list = append(list, fmt.Sprintf("%s %d/%d %d", g.Key, g.Never, g.Points, g.ErrorPaths))
	}
	return list
}

func withMarket(c covered) func(*Config) {
	return func(config *Config) { config.Repos = []string{"example.com/market=" + c.dir} }
}

// A release by owner, commit and kind; the same in filters, Markdown and pages.
func TestReleaseByOwner(t *testing.T) {
	c, first, last := market(t)
	h := startHub(t, withMarket(c))
	h.reportSpots(1, c.commit, c.base, marketSpots, []int{2}, nil)
	h.reportSpots(2, c.commit, c.base, marketSpots, []int{2, 3}, nil)
	id := h.releaseOf("staging", c.commit)
	s := h.summary(id, "by=owner")
	if got, want := []int{s.Points, s.All, s.Some, s.Never, s.ErrorPaths}, []int{4, 1, 1, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("got totals %v, want %v", got, want)
	}
	for by, want := range map[string][]string{
		"owner":   {"@market/pay 1/2 1", "@market/risk 1/2 1", "nobody 1/1 0", "@market/all 0/1 0"},
		"package": {"example.com/market/gen 1/1 0", "example.com/market/pay 1/2 1", "example.com/market/cart 0/1 0"},
		"kind":    {"func 1/1 0", "then 1/1 1", "stmt 0/1 0", "stmt 0/1 0"}, // one of the statements is an error path's header
		"commit":  {first + " 1/2 1", "unknown 1/1 0", last + " 0/1 0"},
	} {
		got := h.summary(id, "by="+by)
		list := got.groups()
		slices.Sort(want) // groups with the same numbers are in the order of their keys
		slices.Sort(list)
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
	if !strings.Contains(s.Verdict.Title, "2 of 4 points") || !strings.Contains(s.Verdict.Detail, "1 of them is in error paths") || s.Verdict.Good != "no" {
		t.Errorf("got verdict %+v, want that 2 of 4 never ran, 1 in an error path", s.Verdict)
	}
	if notes := strings.Join(s.Notes, "\n"); !strings.Contains(notes, "line 3 is left out") || !strings.Contains(notes, "1 file of 3 is not in the repository") {
		t.Errorf("got notes %q, want what CODEOWNERS has that is not read, and the file that is missing", notes)
	}
	if got := s.Pods; len(got) != 2 || got[0].Name != "market-2" || got[0].Ran != 2 || got[0].Alone != 1 || got[1].Alone != 0 {
		t.Errorf("got pods %+v, want market-2 with one point that it alone ran", got)
	}
	for filter, want := range map[string]int{
		"": 4, "state=never": 2, "state=some": 1, "owner=%40market%2Fpay": 2, "owner=nobody": 1, "commit=" + last[:12]: 1, "error=yes": 2, "error=no&state=never": 1,
		"kind=stmt": 2, "q=ADD": 1, "file=example.com%2Fmarket%2Fpay%2Fpay.go": 2, "pod=" + key(1): 1, "alone=1&pod=" + key(2): 1, "owner=none": 0,
	} {
		var list struct{ Points []pointJSON }
		h.get("/api/v1/releases/"+id+"/points?"+filter, &list)
		if len(list.Points) != want {
			t.Errorf("points?%s: got %d points, want %d", filter, len(list.Points), want)
		}
		h.page("/releases/" + id + "?" + filter)
	}
	text := h.call("GET", "/api/v1/releases/"+id+"/summary?format=markdown", nil).body
	for _, want := range []string{"### staging&#95;market", "&#64;market/pay</code> | 1 of 2 | 1 |", h.URL() + "/releases/" + id} {
		if !strings.Contains(text, want) {
			t.Errorf("got Markdown\n%s\nwant %q in it", text, want)
		}
	}
	page := h.page("/releases/" + id + "?state=all&by=commit")
	for _, want := range []string{"&lt;b&gt;Count &amp; &#34;add&#34;&lt;/b&gt;", "@market/risk", "error path", "<svg class=\"treemap\"", "<svg class=\"matrix\""} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
}

// The source page: changed lines with their state, what is known of one of them,
// and the way to the next one.
func TestCodePage(t *testing.T) {
	c, first, _ := market(t)
	h := startHub(t, withMarket(c))
	h.reportSpots(1, c.commit, c.base, marketSpots, []int{2}, nil)
	h.reportSpots(2, c.commit, c.base, marketSpots, []int{2}, nil)
	id := h.releaseOf("staging", c.commit)
	h.summary(id, "")
	type linesJSON struct {
		Path, NoText string
		Cut          bool
		Lines        []struct {
			Line, Ran, Of    int
			State            string
			Points, Branches []string
			Commit           *struct{ ID string }
		}
	}
	lines := func(file string) (l linesJSON) {
		h.get("/api/v1/releases/"+id+"/lines?file="+url.QueryEscape(file), &l)
		return l
	}
	l := lines("example.com/market/pay/pay.go")
	if len(l.Lines) != 2 || l.Lines[0].State != "partial" || l.Lines[1].State != "missed" || len(l.Lines[0].Branches) != 1 || l.Lines[1].Of != 2 || l.Lines[1].Commit == nil || l.Lines[1].Commit.ID != first {
		t.Errorf("got %+v, want line 6 in part and line 7 never, by commit %s", l, first)
	}
	page := h.page("/releases/" + id + "/code?file=example.com/market/pay/pay.go&line=7")
	for _, want := range []string{"Line 7 never ran", "0000000000000001", "Change the shop", "@market/pay", "market-1", "✗ did not", "an error path", `data-key="p"`, "⋯ 2 lines, unchanged", `is-never is-at`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if page := h.page("/releases/" + id + "/code?all=1&file=example.com/market/pay/pay.go"); strings.Contains(page, "unchanged</span>") || !strings.Contains(page, "Line 6 ran in part") {
		t.Errorf("want all lines, and the first that did not run:\n%s", page)
	}
	// A file that the repository lacks, with lines that no file has.
	gone := lines("example.com/market/gen/gen.go")
	if !gone.Cut || len(gone.Lines) == 0 || len(gone.Lines) > 50_000 || !strings.Contains(gone.NoText, "is not in") {
		t.Errorf("got %d lines, cut %v, %q; want some of them, and why there is no text", len(gone.Lines), gone.Cut, gone.NoText)
	}
	for path, want := range map[string]int{
		"/code?file=none": http.StatusNotFound, "/code": http.StatusNotFound, "/code?file=example.com/market/pay/pay.go&line=x": http.StatusBadRequest,
		"/code?file=example.com/market/pay/pay.go&line=999": http.StatusOK, "?state=x": http.StatusBadRequest, "?error=x": http.StatusBadRequest, "?q=" + strings.Repeat("x", 5000): http.StatusBadRequest,
		"/compare?with=none": http.StatusNotFound, "/compare?with=" + id: http.StatusBadRequest, "/compare": http.StatusOK,
	} {
		if a := h.call("GET", "/releases/"+id+path, nil); a.status != want {
			t.Errorf("%.60s: got %d, want %d", path, a.status, want)
		}
	}
}

// Two releases side by side: what ran there and does not here, what is new, what has
// moved; and the same program in two environments.
func TestCompareReleases(t *testing.T) {
	c, first, _ := market(t)
	h := startHub(t, withMarket(c))
	old := []spot{marketSpots[0], marketSpots[1], {"example.com/market/cart", "cart/old.go", "Add", "stmt", 9, [][2]int{{9, 9}}, 3}, {"example.com/market/cart", "cart/old.go", "Drop", "stmt", 12, [][2]int{{12, 12}}, 9}}
	h.reportSpots(1, first, c.base, old, []int{1, 3}, nil)
	h.reportSpots(2, c.commit, c.base, marketSpots, []int{2, 3}, nil)
	h.reportSpots(3, c.commit, c.base, marketSpots, []int{1}, document{"labels": document{"env": "prod", "app": "market"}})
	h.reportSpots(4, first, first, old, []int{1}, document{"labels": document{"env": "other", "app": "market"}})
	this, other, prod := h.releaseOf("staging", c.commit), h.releaseOf("staging", first), h.releaseOf("prod", c.commit)
	type side struct{ StableID, File string }
	var got struct {
		Same, BothRan, Neither int
		Lost, Gained, Moved    []struct{ This, Other side }
		New, Gone              []side
		Notes                  []string
	}
	h.get("/api/v1/releases/"+this+"/compare?with="+other, &got)
	if got.Same != 3 || got.BothRan != 1 || len(got.Lost) != 1 || !strings.HasSuffix(got.Lost[0].This.StableID, "1") || len(got.Gained) != 1 ||
		len(got.Moved) != 1 || got.Moved[0].Other.File != "cart/old.go" || len(got.New) != 1 || len(got.Gone) != 1 || len(got.Notes) != 0 {
		t.Errorf("got %+v", got)
	}
	page := h.page("/releases/" + this + "/compare?with=" + other)
	for _, want := range []string{"Ran there and does not here: 1", "Moved: 1", "cart/old.go:9", "There alone: 1", "prod_market"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if page := h.page("/releases/" + this + "/compare?with=" + prod); !strings.Contains(page, "Ran there and does not here: 1") || !strings.Contains(page, "Runs here and did not there: 2") {
		t.Errorf("staging beside production:\n%s", page)
	}
	// Other bases: a word about it.
	h.get("/api/v1/releases/"+this+"/compare?with="+h.releaseOf("other", first), &got)
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "other bases") {
		t.Errorf("got notes %q, want that they were compared with other bases", got.Notes)
	}
}

// Who may not see a service does not see it beside another one either.
func TestCompareScopes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(file, []byte("ops admin * 0123456789abcdef0\nteam read env=staging 0123456789abcdef1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := startHub(t, func(c *Config) { c.TokenFile = file })
	digest, manifest := manifestOfSpots(t, "", marketSpots[:1])
	const ops = "Bearer 0123456789abcdef0"
	h.call("PUT", "/api/v1/manifests/"+digest, manifest, "Authorization", ops)
	ids := map[string]string{}
	for n, env := range []string{"staging", "prod"} {
		d := document{"key": key(n), "labels": document{"env": env, "app": "market"}, "commit": strings.Repeat("a", 40), "main": "example.com/market", "manifest": digest, "points": 1}
		if a := h.call("POST", "/api/v1/instances", d, "Authorization", ops); a.status >= 300 {
			t.Fatalf("got %d and %s", a.status, a.body)
		}
	}
	var services struct{ Services []serviceJSON }
	h.decode(h.call("GET", "/api/v1/services", nil, "Authorization", ops), &services)
	for _, s := range services.Services {
		var list struct{ Releases []releaseJSON }
		h.decode(h.call("GET", "/api/v1/services/"+s.ID+"/releases", nil, "Authorization", ops), &list)
		ids[s.Env] = list.Releases[0].ID
	}
	const team = "Bearer 0123456789abcdef1"
	for _, path := range []string{"/api/v1/releases/" + ids["staging"] + "/compare?with=" + ids["prod"], "/releases/" + ids["staging"] + "/compare?with=" + ids["prod"], "/releases/" + ids["prod"] + "/events", "/releases/" + ids["prod"] + "/code?file=x"} {
		if a := h.call("GET", path, nil, "Authorization", team); a.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want that it is not there", path, a.status)
		}
	}
	if a := h.call("GET", "/releases/"+ids["staging"]+"/compare", nil, "Authorization", team, "Accept", "text/html"); a.status != http.StatusOK || strings.Contains(a.body, "prod_market") {
		t.Errorf("got %d, want a page that does not name what the reader may not see:\n%s", a.status, a.body)
	}
}

// What is not known is said: a commit that the mirror lacks, a base that it lacks, a
// changed work tree, and builds of one commit that were compared with other bases.
func TestReviewSaysWhatIsMissing(t *testing.T) {
	c, _, _ := market(t)
	h := startHub(t, withMarket(c))
	gone := strings.Repeat("ab", 20)
	h.reportSpots(1, gone, c.base, marketSpots, []int{1}, nil)
	h.reportSpots(2, c.commit, gone, marketSpots, []int{1}, document{"labels": document{"env": "baseless", "app": "market"}})
	h.reportSpots(3, c.commit, c.base, marketSpots, []int{1}, document{"labels": document{"env": "dirty", "app": "market"}, "dirty": true})
	h.reportSpots(4, c.commit, c.base, marketSpots, []int{1}, document{"labels": document{"env": "bases", "app": "market"}})
	h.reportSpots(5, c.commit, c.base, marketSpots, []int{1, 2}, document{"labels": document{"env": "bases", "app": "market"}})
	h.reportSpots(6, c.commit, c.commit, marketSpots[2:], []int{1, 2}, document{"labels": document{"env": "bases", "app": "market"}})
	for env, want := range map[string]string{"staging": "the commit is not there", "baseless": "Which commits changed the code is not known", "dirty": "built of a changed work tree", "bases": "1 instance of a build that was compared with main"} {
		commit := c.commit
		if env == "staging" {
			commit = gone
		}
		id := h.releaseOf(env, commit)
		s := h.summary(id, "by=commit")
		if text := s.NoSource + strings.Join(s.Notes, " "); !strings.Contains(text, want) {
			t.Errorf("%s: got %q, want %q", env, text, want)
		}
		if page := h.page("/releases/" + id); !strings.Contains(page, want) {
			t.Errorf("%s: the page has no %q:\n%s", env, want, page)
		}
		if env != "bases" && (len(s.Groups) != 1 || s.Groups[0].Key != "unknown") {
			t.Errorf("%s: got commits %+v, want none", env, s.Groups)
		}
		if s.Points != 4 {
			t.Errorf("%s: got %d points, want those of one base alone", env, s.Points)
		}
		if code := h.page("/releases/" + id + "/code?file=example.com/market/pay/pay.go"); env != "baseless" && env != "bases" != strings.Contains(code, "There is no source text") {
			t.Errorf("%s: want a page that says that there is no text:\n%s", env, code)
		}
	}
	// Lists have the same figure as the release's page.
	for _, s := range h.services() {
		if s.Env != "bases" {
			continue
		}
		if r := h.releases(s.ID)[0]; r.Total != 4 || r.Covered != 2 {
			t.Errorf("got %d of %d points in the list, want 2 of 4", r.Covered, r.Total)
		}
	}
}

// A page hears of a change by an event, and the stream ends when the hub does.
func TestEvents(t *testing.T) {
	h := startHub(t)
	h.reportSpots(1, "feedbeef00", "", marketSpots, []int{1}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", h.URL()+"/releases/"+h.releaseOf("staging", "feedbeef00")+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("got %s, want a stream of events", kind)
	}
	heard := make(chan bool, 1000)
	go func() {
		defer close(heard)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if lines.Text() == "event: change" {
				heard <- true
			}
		}
	}()
	for from := 1; ; from++ { // the stream may have begun after a push
		h.call("POST", "/api/v1/instances/"+key(1)+"/points", document{"from": from, "ids": []int{from + 1}})
		select {
		case _, more := <-heard:
			if !more {
				t.Fatal("the stream ended")
			}
		case <-time.After(10 * time.Second):
			if from < 3 {
				continue
			}
			t.Fatal("no event came")
		}
		break
	}
	h.reviews.EndWatches()
	for range heard { // until the stream ends
		t.Log("one more change")
	}
}
