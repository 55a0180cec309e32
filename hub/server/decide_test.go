package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
)

// refunds is a repository with rules, owners, an error path and an excuse.
var refunds = map[string]string{
	"go.mod":     "module example.com/shop\n",
	"goat.yaml":  "gate: [75, 100 owner @org/pay, 0 kind error]\n",
	"CODEOWNERS": "/ledger/ @org/pay\n",
	"ledger/refund.go": `package ledger

import "errors"

func Refund(n int) error {
	if n < 0 {
		return errors.New("negative")
	}
	n++
	//goat:ignore until=2099-01-01 the sandbox has no such refunds
	n--
	n *= 2
	return nil
}
`,
}

// refundLines are the lines of the points of refunds, in the order of their ids.
var refundLines = []int{7, 9, 11, 12, 13}

// refundID is the stable id of the n-th point of refunds, from 1.
func refundID(n int) string { return "00000000000000a" + string(rune('0'+n)) }

// refundManifest describes the points of refunds, compared with a base.
func refundManifest(t testing.TB, base string) (digest string, content []byte) {
	t.Helper()
	var points []document
	for i, line := range refundLines {
		points = append(points, document{"stableId": refundID(i + 1), "file": "ledger/refund.go", "func": "Refund", "kind": "stmt", "line": line, "endLine": line, "lines": [][2]int{{line, line}}})
	}
	content, err := json.Marshal(document{
		"format": 1, "main": "example.com/shop/cmd/shop", "app": "shop", "base": base, "baseCommit": "of" + base, "source": "git",
		"packages": []document{{"path": "example.com/shop/ledger", "module": "example.com/shop", "points": points}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return digestOf(string(content)), content
}

// commitFiles makes a repository and returns its only commit.
func commitFiles(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q", "-b", "main")
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("add", ".")
	git("commit", "-q", "-m", "refunds")
	return git("rev-parse", "HEAD")
}

// decider is a hub with one release of refunds.
type decider struct {
	*hub
	commit, release, service string
}

// startDecider starts a hub whose release has one instance that ran points.
func startDecider(t testing.TB, ran []int, change ...func(*Config)) *decider {
	t.Helper()
	dir := t.TempDir()
	d := &decider{commit: commitFiles(t, dir, refunds)}
	d.hub = startHub(t, append([]func(*Config){func(c *Config) { c.Repos = []string{"example.com/shop=" + dir} }}, change...)...)
	d.instance(1, "main", ran...)
	r := d.hub.release()
	d.release, d.service = "/api/v1/releases/"+r.ID, "/api/v1/services/"+r.Service
	return d
}

// instance registers the n-th instance of a build that was compared with a base, and
// says what it ran.
func (d *decider) instance(n int, base string, ran ...int) {
	d.t.Helper()
	digest, manifest := refundManifest(d.t, base)
	r := shop(n, digest, len(refundLines))
	r["commit"] = d.commit
	d.post("/api/v1/instances", r, new(told))
	if a := d.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
		d.t.Fatalf("got %d and %s for the manifest", a.status, a.body)
	}
	d.post("/api/v1/instances/"+key(n)+"/points", document{"from": 0, "ids": ran}, new(told))
}

// verdictJSON is what tests read of a verdict.
type verdictJSON struct {
	Verdict, Why, RulesFrom, Base string
	Covered, Wanted, Pods         int
	Rules                         []struct {
		Rule, Have                string
		Passed                    bool
		Covered, Missing, Excused int
	}
	Missing []struct {
		StableID, Place string
		Owners          []string
		Rules           []int
	}
	Notes []string
}

func (d *decider) verdict(query string) (v verdictJSON) {
	d.t.Helper()
	d.get(d.release+"/gate"+query, &v)
	return v
}

// The hub judges by the rules of goat.yaml at the release's commit, which know owners,
// error paths and the excuses of the source; a request may ask for more.
func TestGateOfRelease(t *testing.T) {
	d := startDecider(t, []int{2, 4})
	until(t, "the source at the hub", func() bool { return strings.HasPrefix(d.verdict("").RulesFrom, "goat.yaml at") })
	v := d.verdict("")
	if v.Verdict != "failed" || v.Covered != 2 || v.Wanted != 4 || v.Pods != 1 || len(v.Rules) != 3 || len(v.Notes) != 0 {
		t.Fatalf("got %+v, want a failed verdict by three rules", v)
	}
	if r := v.Rules[0]; r.Passed || r.Covered != 2 || r.Missing != 1 || r.Excused != 1 {
		t.Errorf("got %+v, want 2 of 3: the error path has its own rule, and one point is excused", r)
	}
	if !v.Rules[2].Passed || len(v.Missing) != 1 || v.Missing[0].StableID != refundID(5) || v.Missing[0].Place != "ledger/refund.go:13" || !slices.Equal(v.Missing[0].Owners, []string{"@org/pay"}) || !slices.Equal(v.Missing[0].Rules, []int{0, 1}) {
		t.Errorf("got %+v, want the last point for two rules", v.Missing)
	}
	for query, want := range map[string]string{
		"?min=60&rule=0+owner+@org/pay": "failed", // the rule of goat.yaml stays
		"?rule=pods+1":                  "failed",
	} {
		if got := d.verdict(query); got.Verdict != want || !strings.HasPrefix(got.RulesFrom, "the request, and goat.yaml at ") {
			t.Errorf("%s: got %s by %s, want %s", query, got.Verdict, got.RulesFrom, want)
		}
	}
	d.post("/api/v1/instances/"+key(1)+"/points", document{"from": 2, "ids": []int{5}}, new(told))
	if v := d.verdict(""); v.Verdict != "passed" || v.Why != "enough of the changed code has run" {
		t.Errorf("got %+v, want it passed", v)
	}
	if v := d.verdict("?rule=pods+3&rule=age+1000h"); v.Verdict != "failed" || v.Rules[3].Have != "pods 1" || v.Rules[3].Passed || v.Rules[4].Passed {
		t.Errorf("got %+v, want more pods and a greater age to be missing", v)
	}
	for _, query := range []string{"?min=most", "?rule=80+of+everything", "?rule=age+soon"} {
		if a := d.call("GET", d.release+"/gate"+query, nil); a.status != http.StatusBadRequest {
			t.Errorf("%s: got %d and %s, want 400", query, a.status, a.body)
		}
	}
}

// The gate says nothing where it cannot know: no instance that said anything, a build
// whose points have not arrived, builds that were compared with different bases.
func TestGateCannotSay(t *testing.T) {
	d := startDecider(t, []int{1, 2, 3, 4, 5})
	if v := d.verdict("?base=main"); v.Verdict != "passed" {
		t.Errorf("got %+v, want it passed with its base", v)
	}
	if v := d.verdict("?base=release-7"); v.Verdict != "unknown" || !strings.Contains(v.Why, "another base than release-7") {
		t.Errorf("got %+v, want another base to be unknown", v)
	}
	other := shop(9, "", 0)
	other["commit"] = "feedbeef00"
	d.post("/api/v1/instances", other, new(told))
	for _, r := range d.releases(strings.TrimPrefix(d.service, "/api/v1/services/")) {
		if r.Revision != "feedbeef00" {
			continue
		}
		var v verdictJSON
		if d.get("/api/v1/releases/"+r.ID+"/gate", &v); v.Verdict != "unknown" || v.Why != "no instance of it has said what ran" {
			t.Errorf("got %+v, want unknown without any report", v)
		}
	}
	late := shop(3, digestOf("late"), 5)
	late["commit"] = d.commit
	d.post("/api/v1/instances", late, new(told))
	if v := d.verdict(""); v.Verdict != "unknown" || v.Why != "the points of 1 of its 2 builds have not arrived yet" {
		t.Errorf("got %+v, want an unknown build to be unknown", v)
	}
	d = startDecider(t, []int{1, 2, 3, 4, 5})
	d.instance(2, "release-7", 1)
	if v := d.verdict(""); v.Verdict != "unknown" || !strings.Contains(v.Why, "compared with different bases: main (ofmain), release-7 (ofrelease-)") {
		t.Errorf("got %+v, want different bases to be unknown", v)
	}
}

// excuseJSON is what tests read of an excuse.
type excuseJSON struct {
	StableID, Place, State, Reason, Person, By string
	Until                                      *string
}

func (d *decider) excuses(query string) []excuseJSON {
	d.t.Helper()
	var list struct{ Excuses []excuseJSON }
	d.get(d.service+"/excuses"+query, &list)
	return list.Excuses
}

// An excused point counts apart, never as covered, and the gate does not want it. Each
// change is kept with who made it; what runs is covered all the same.
func TestExcuses(t *testing.T) {
	d := startDecider(t, []int{2, 4})
	path := d.service + "/excuses/" + refundID(5)
	day := time.Now().UTC().AddDate(0, 0, 7).Format(time.DateOnly)
	var e excuseJSON
	d.decode(d.call("PUT", path, document{"reason": "the provider refunds once a year", "person": "ann", "until": day}), &e)
	if e.State != "in-force" || e.Place != "ledger/refund.go:13 Refund" || *e.Until != day || e.By != "anybody" {
		t.Errorf("got %+v, want the excuse", e)
	}
	until(t, "the source at the hub", func() bool { return strings.HasPrefix(d.verdict("").RulesFrom, "goat.yaml at") })
	if v := d.verdict(""); v.Verdict != "passed" || v.Covered != 2 || v.Wanted != 3 || v.Rules[0].Excused != 2 {
		t.Errorf("got %+v, want it passed with two excused points, one of them by its source", v)
	}
	var points struct {
		Total, Covered, Excused, Missing int
		Points                           []struct {
			StableID  string
			ErrorPath bool
			Owners    []string
			Excuses   []struct {
				Source, Reason, Person, Until string
				InForce                       bool
			}
		}
	}
	d.get(d.release+"/points", &points)
	if points.Total != 5 || points.Covered != 2 || points.Excused != 2 || points.Missing != 1 || !points.Points[0].ErrorPath || !slices.Equal(points.Points[0].Owners, []string{"@org/pay"}) {
		t.Errorf("got %+v, want two covered, two excused, the error path missing", points)
	}
	if e := points.Points[2].Excuses; len(e) != 1 || e[0].Source != "code" || e[0].Until != "2099-01-01" {
		t.Errorf("got %+v, want the source's excuse", e)
	}
	if e := points.Points[4].Excuses; len(e) != 1 || e[0].Source != "hub" || e[0].Person != "ann" || !e[0].InForce {
		t.Errorf("got %+v, want the hub's excuse", e)
	}

	later := time.Now().UTC().AddDate(0, 1, 0).Format(time.DateOnly)
	d.decode(d.call("PUT", path, document{"reason": "still", "person": "bob", "until": later}), &e)
	d.decode(d.call("DELETE", path, nil), &e)
	if e.State != "withdrawn" || e.Until != nil || e.Reason != "still" {
		t.Errorf("got %+v, want it withdrawn", e)
	}
	if a := d.call("DELETE", path, nil); a.status != http.StatusConflict {
		t.Errorf("got %d and %s, want nothing to withdraw", a.status, a.body)
	}
	if got := d.excuses(""); len(got) != 0 {
		t.Errorf("got %+v, want none that counts", got)
	}
	var states []string
	for _, row := range d.excuses("?history=true") {
		states = append(states, row.State+" "+row.Person)
	}
	if diff := cmp.Diff([]string{"withdrawn bob", "replaced bob", "replaced ann"}, states); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if v := d.verdict(""); v.Verdict != "failed" {
		t.Errorf("got %+v, want it failed again", v)
	}
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	good := document{"reason": "why", "person": "ann", "until": day}
	for what, call := range map[string]struct {
		id     string
		change document
		status int
	}{
		"no reason":       {refundID(5), document{"reason": " "}, 400},
		"no person":       {refundID(5), document{"person": ""}, 400},
		"no day":          {refundID(5), document{"until": "soon"}, 400},
		"a day gone by":   {refundID(5), document{"until": yesterday}, 400},
		"a far day":       {refundID(5), document{"until": "2999-01-01"}, 400},
		"a long reason":   {refundID(5), document{"reason": strings.Repeat("x", 3000)}, 400},
		"no stable id":    {"refund", nil, 400},
		"a point unknown": {"ffffffffffffffff", nil, 404},
	} {
		body := document{}
		for _, d := range []document{good, call.change} {
			for k, v := range d {
				body[k] = v
			}
		}
		if a := d.call("PUT", d.service+"/excuses/"+call.id, body); a.status != call.status {
			t.Errorf("%s: got %d and %s, want %d", what, a.status, a.body, call.status)
		}
	}
}

// An excuse is over at the end of its day by the hub's clock, and nobody has to do
// anything for it.
func TestExcuseExpires(t *testing.T) {
	d := startDecider(t, []int{1, 2, 4})
	e := excuseOfTest(d, refundID(5))
	e.Until = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
	if _, err := d.store.AddExcuse(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if got := d.excuses(""); len(got) != 1 || got[0].State != "expired" {
		t.Errorf("got %+v, want one that is over", got)
	}
	until(t, "the source at the hub", func() bool { return strings.HasPrefix(d.verdict("").RulesFrom, "goat.yaml at") })
	if v := d.verdict(""); v.Verdict != "failed" || v.Rules[0].Excused != 1 {
		t.Errorf("got %+v, want it to count again", v)
	}
}

// Test runs stand beside what instances ran, and are never counted as theirs.
func TestTestsBesideProduction(t *testing.T) {
	d := startDecider(t, []int{1, 2})
	push := func(id string, body document, headers ...string) answer {
		return d.call("PUT", "/api/v1/tests/"+id, body, headers...)
	}
	unit := document{"module": "example.com/shop", "name": "unit", "url": "https://ci.example.com/7", "commit": d.commit, "branch": "main", "points": 5, "ran": []string{refundID(2), refundID(3)}}
	for range 2 { // a retry
		if a := push(key(70), unit); a.status != http.StatusOK {
			t.Fatalf("got %d and %s", a.status, a.body)
		}
	}
	elsewhere := document{"module": "example.com/shop", "name": "e2e", "commit": "feedbeef00", "ran": []string{refundID(3), "ffffffffffffffff"}}
	foreign := document{"module": "example.com/other", "name": "unit", "ran": []string{refundID(5)}}
	for i, body := range []document{elsewhere, foreign} {
		if a := push(key(71+i), body); a.status != http.StatusOK {
			t.Fatalf("got %d and %s", a.status, a.body)
		}
	}
	var list struct {
		Tests []struct {
			ID, Name, URL  string
			Total, Covered int
		}
		Sides struct{ Both, Tests, Production, Neither int }
	}
	d.get(d.release+"/tests", &list)
	if len(list.Tests) != 2 || list.Tests[0].ID != key(70) || list.Tests[0].URL != "https://ci.example.com/7" || list.Tests[0].Covered != 2 || list.Tests[1].Name != "e2e" {
		t.Errorf("got %+v, want the commit's run first, and that of the same code at another commit", list.Tests)
	}
	if s := list.Sides; s.Both != 1 || s.Tests != 1 || s.Production != 1 || s.Neither != 2 {
		t.Errorf("got %+v, want 1 in both, 1 in tests, 1 in production, 2 in neither", s)
	}
	var points struct {
		Covered int
		Sides   struct{ Both int }
		Points  []struct {
			Ran   int
			Tests []string
		}
	}
	d.get(d.release+"/points", &points)
	if points.Covered != 2 || points.Sides.Both != 1 || points.Points[2].Ran != 0 || !slices.Equal(points.Points[2].Tests, []string{key(70), key(71)}) {
		t.Errorf("got %+v, want what tests ran apart", points)
	}
	if r := d.hub.release(); r.Covered != 2 {
		t.Errorf("got %+v, want two covered points", r)
	}
	for what, c := range map[string]struct {
		id   string
		body document
	}{
		"a short id":   {"7", unit},
		"no module":    {key(80), document{"name": "unit"}},
		"no name":      {key(80), document{"module": "m"}},
		"a script":     {key(80), document{"module": "m", "name": "unit", "url": "javascript:alert(1)"}},
		"no stable id": {key(80), document{"module": "m", "name": "unit", "ran": []string{"x"}}},
		"a control":    {key(80), document{"module": "m", "name": "u\x1bnit"}},
	} {
		if a := push(c.id, c.body); a.status != http.StatusBadRequest {
			t.Errorf("%s: got %d and %s, want 400", what, a.status, a.body)
		}
	}
}

// excuseOfTest is an excuse of a point as fleet would store it.
func excuseOfTest(d *decider, id string) fleet.Excuse {
	return fleet.Excuse{Service: strings.TrimPrefix(d.service, "/api/v1/services/"), StableID: id, Place: "ledger/refund.go:13 Refund", Reason: "why", Person: "ann", By: "test"}
}

// The pages show the verdict, a point with who ran it, and the form for its excuse,
// which other sites cannot send.
func TestDecidingPages(t *testing.T) {
	d := startDecider(t, []int{2, 4})
	until(t, "the source at the hub", func() bool { return strings.HasPrefix(d.verdict("").RulesFrom, "goat.yaml at") })
	release := strings.TrimPrefix(d.release, "/api/v1")
	if page := d.page(release); !strings.Contains(page, "The gate fails: 2 rules of 3 not met.") {
		t.Errorf("got\n%s\nwant the verdict", page)
	}
	point := release + "/points/" + refundID(5)
	if page := d.page(point); !strings.Contains(page, "never ran") || !strings.Contains(page, "owned by @org/pay") || !strings.Contains(page, "It is not excused.") {
		t.Errorf("got\n%s\nwant the point", page)
	}
	form := url.Values{"reason": {"once <b>a</b> year"}, "person": {"ann"}, "until": {time.Now().UTC().Format(time.DateOnly)}}.Encode()
	headers := []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}
	for _, foreign := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example.com"}} {
		if a := d.call("POST", point+"/excuse", form, append(headers, foreign...)...); a.status != http.StatusForbidden {
			t.Errorf("%v: got %d, want 403", foreign, a.status)
		}
	}
	if a := d.call("POST", point+"/excuse", "reason=&person=ann&until=2099-01-01", headers...); a.status != http.StatusBadRequest || !strings.Contains(a.body, "The reason is missing") {
		t.Errorf("got %d and %s, want what is missing", a.status, a.body)
	}
	if a := d.call("POST", point+"/excuse", form, headers...); a.status != http.StatusOK || !strings.Contains(a.body, "The point is excused.") || !strings.Contains(a.body, "once &lt;b&gt;a&lt;/b&gt; year") {
		t.Errorf("got %d and %s, want the page that says so", a.status, a.body)
	}
	if page := d.page(release); !strings.Contains(page, "The gate passes: enough of the changed code has run.") {
		t.Errorf("got\n%s\nwant it passed", page)
	}
	excuses := strings.TrimPrefix(d.service, "/api/v1") + "/excuses"
	if page := d.page(excuses); !strings.Contains(page, "ledger/refund.go:13 Refund") {
		t.Errorf("got\n%s\nwant the excuse", page)
	}
	if a := d.call("POST", point+"/withdraw", "", headers...); a.status != http.StatusOK || !strings.Contains(a.body, "The excuse is withdrawn.") {
		t.Errorf("got %d and %s, want it withdrawn", a.status, a.body)
	}
	for _, path := range []string{release + "/points/ffffffffffffffff", "/services/none/excuses"} {
		if a := d.call("GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, a.status)
		}
	}
}
