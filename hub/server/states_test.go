package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
)

// The pages say in words what is known of a release: live; up and unreachable; gone,
// with what it said last; and nothing, which is not 0 %.
func TestStatesOnPages(t *testing.T) {
	h := startHub(t, func(c *Config) { c.Lease = time.Hour })
	h.run(1, document{"commit": "aaaaaaaaaa"}, []string{"a", "b"}, 1)
	h.run(2, document{"commit": "bbbbbbbbbb"}, []string{"a", "b"}, 1)
	h.run(3, document{"commit": "cccccccccc"}, []string{"a", "b"}, 1)
	var got told
	h.post("/api/v1/instances", with(document{"key": key(4), "commit": "dddddddddd"}), &got)
	h.post("/api/v1/instances/"+key(3)+"/points", document{"from": 1, "end": true}, &got)
	h.judge(fleet.Verdict{Instance: key(2), State: fleet.Unreachable}, fleet.Verdict{Instance: key(4), State: fleet.Gone})
	ids := map[string]string{}
	for _, r := range h.releases(h.services()[0].ID) {
		ids[r.Revision] = r.ID
	}
	service := h.page("/services/" + h.services()[0].ID)
	for commit, words := range map[string][2]string{
		"aaaaaaaaaa": {"live", "this is the latest"},
		"bbbbbbbbbb": {"up, unreachable", "cannot be reached: this is what they said last, and it is old"},
		"cccccccccc": {"gone, last seen", "this is what was said last, before they went"},
		"dddddddddd": {"nothing said", "nothing was ever said for this commit. That is not 0 %"},
	} {
		page := h.page("/releases/" + ids[commit])
		for _, want := range words {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not say %q:\n%s", commit, want, page)
			}
		}
		if !strings.Contains(service, words[0]) {
			t.Errorf("the service's page does not say %q:\n%s", words[0], service)
		}
	}
	if page := h.page("/releases/" + ids["dddddddddd"]); strings.Contains(page, "0.0 %") {
		t.Errorf("nothing was said, and the page says 0 %%:\n%s", page)
	}
	if page := h.page("/releases/" + ids["aaaaaaaaaa"]); !strings.Contains(page, "a newer release is there") {
		t.Errorf("the page of the oldest release does not name the newest:\n%s", page)
	}
}

// judge has instances be what the watch dog would find, however long their leases
// are.
func (h *hub) judge(verdicts ...fleet.Verdict) {
	h.t.Helper()
	if err := h.store.Schedule(h.t.Context(), "test", "", "", 0); err != nil {
		h.t.Fatal(err)
	}
	j, err := h.store.Claim(h.t.Context(), []string{"test"}, time.Minute)
	if err != nil || j == nil {
		h.t.Fatalf("got %v and %v, want the job", j, err)
	}
	err = h.store.Finish(h.t.Context(), j, jobs.Outcome{Effect: func(tx fleet.Tx) error {
		for _, v := range verdicts {
			v.Margin = -2 * time.Hour // a lease of an hour is over by then
			if err := tx.Judge(v); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Search finds services, commits, branches, files and functions, as a page and as
// JSON; what somebody may not see is not found.
func TestSearch(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.run(1, document{"commit": c.base, "branch": "main"}, []string{"a"}, 1)
	h.count(2, c, c.counters[0], document{"main": "example.com/shop/cmd/shop"})
	h.sync("/api/v1/releases/"+releaseOfCommit(h, c.commit)+"/refresh?force=true", nil, 2)
	type found struct {
		Services []serviceJSON
		Releases []releaseJSON
		Code     []struct{ File, Func string }
	}
	for query, want := range map[string][3]int{
		"SHOP": {1, 0, 3}, c.commit[:8]: {0, 1, 0}, "refunds": {0, 1, 0}, "ledger.go": {0, 0, 2}, "close": {0, 0, 1}, "nothing-like-it": {},
	} {
		var f found
		h.get("/api/v1/search?q="+query, &f)
		if got := [3]int{len(f.Services), len(f.Releases), len(f.Code)}; got != want {
			t.Errorf("%s: got %d services, releases and places of code, want %d: %+v", query, got, want, f)
		}
		page := h.page("/search?q=" + query)
		if none := strings.Contains(page, "Nothing is like that"); none != (want == [3]int{}) {
			t.Errorf("%s: the page says\n%s", query, page)
		}
	}
	if a := h.call("GET", "/search?q="+strings.Repeat("x", 300), nil); a.status != 400 {
		t.Errorf("a long text: got %d, want 400", a.status)
	}
}

func releaseOfCommit(h *hub, commit string) string {
	for _, r := range h.releases(h.services()[0].ID) {
		if r.Revision == commit {
			return r.ID
		}
	}
	h.t.Fatalf("no release of %s", commit)
	return ""
}

// Many services are several pages; a filter finds those that are not on the first.
func TestManyServices(t *testing.T) {
	h := startHub(t)
	for n := range 130 {
		var got told
		h.post("/api/v1/instances", with(document{"key": key(n + 1), "labels": document{"env": []string{"prod", "staging"}[n/65], "app": fmt.Sprintf("app%03d", n)}}), &got)
	}
	first := h.page("/")
	if !strings.Contains(first, "app099") || strings.Contains(first, "app100") || !strings.Contains(first, "1 to 100 of 130") || !strings.Contains(first, `href="/?from=101"`) {
		t.Errorf("got\n%s\nwant the first hundred services and where the others are", first)
	}
	if second := h.page("/?from=101"); !strings.Contains(second, "app129") || strings.Contains(second, "app099") || !strings.Contains(second, `href="/?from=1"`) {
		t.Errorf("got\n%s\nwant the other thirty", second)
	}
	if staging := h.page("/?env=staging"); !strings.Contains(staging, "65 services of 130") || !strings.Contains(staging, "app129") || strings.Contains(staging, "app064") {
		t.Errorf("got\n%s\nwant those of staging", staging)
	}
}
