package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// This test goes through all packages: a process registers, sends its manifest
// and pushes what ran. API and page show it, also after a restart.
func TestFromAgentToPage(t *testing.T) {
	root := t.TempDir()
	h := startHub(t, func(c *Config) { c.Root = root })
	digest, manifest := manifestOf(3)

	var got told
	h.post("/api/v1/instances", shop(1, digest, 3), &got)
	if want := (told{ID: key(1), LeaseS: 300, NextS: got.NextS, Wants: []string{"manifest"}}); !cmp.Equal(got, want) {
		t.Errorf("registration: got %+v, want %+v", got, want)
	}
	if got.NextS < 20 || got.NextS > 30 {
		t.Errorf("got next_s %d, want 20 to 30", got.NextS)
	}
	if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
		t.Fatalf("manifest: got %d and %s, want 200", a.status, a.body)
	}
	got = told{}
	h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0, "ids": []int{2, 3}, "age_ms": []int{60_000, 0}, "routes": []string{"POST /refund", ""}}, &got)
	if got.Acked != 2 || got.Wants != nil {
		t.Errorf("push: got %+v, want 2 acked and nothing wanted", got)
	}

	check := func(t *testing.T, h *hub) {
		services := h.services()
		if len(services) != 1 || services[0].Name != "staging_th_apa_shop" {
			t.Fatalf("got services %+v, want staging_th_apa_shop", services)
		}
		releases := h.releases(services[0].ID)
		if len(releases) != 1 {
			t.Fatalf("got %d releases, want 1", len(releases))
		}
		r := releases[0]
		if r.Revision != "845820727e8f1b0a2c3d4e5f60718293a4b5c6d7" || r.Total != 3 || r.Covered != 2 || r.State != "live" {
			t.Errorf("got release %+v, want 2 of 3 points of commit 845820727e, live", r)
		}
		points := h.points(r.ID)
		if len(points) != 3 {
			t.Fatalf("got %d points, want 3", len(points))
		}
		if p := points[0]; p.FirstHit != nil || p.Ran != 0 || p.Of != 1 || p.Line != 10 {
			t.Errorf("got %+v, want the point in line 10 without a hit", p)
		}
		p := points[1]
		if p.FirstHit == nil || p.Ran != 1 || p.Route != "POST /refund" || p.FirstInstance != key(1) {
			t.Fatalf("got %+v, want the point run by POST /refund", p)
		}
		if age := time.Since(*p.FirstHit); age < 59*time.Second || age > 90*time.Second {
			t.Errorf("got a first hit %v ago, want a minute", age)
		}
		page := h.page("/releases/" + r.ID + "?show=all")
		for _, want := range []string{"66.6 %", "2 of 3", "internal/ledger/refund.go:10", "never ran", "POST /refund"} {
			if !strings.Contains(page, want) {
				t.Errorf("the release's page has no %q:\n%s", want, page)
			}
		}
		if page := h.page("/"); !strings.Contains(page, "Environment staging") || !strings.Contains(page, "845820727e") {
			t.Errorf("the first page has neither the service nor its release:\n%s", page)
		}
	}
	check(t, h)
	if err := h.Shutdown(); err != nil {
		t.Fatal(err)
	}
	check(t, startHub(t, func(c *Config) { c.Root = root }))
}
