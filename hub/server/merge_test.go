package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// manifestWith makes a manifest with one point for each stable id, given in
// short form.
func manifestWith(ids ...string) (digest, text string) {
	var points []string
	for i, id := range ids {
		points = append(points, fmt.Sprintf(`{"stableId":"%016s","file":"a.go","func":"F","kind":"stmt","line":%d,"endLine":%d,"lines":[]}`, id, i+1, i+1))
	}
	text = `{"format":1,"main":"example.com/shop","app":"shop","base":"v1","packages":[{"path":"example.com/shop","points":[` + strings.Join(points, ",") + `]}]}`
	return digestOf(text), text
}

// run registers the n-th process of a build with these points, and pushes what
// it ran.
func (h *hub) run(n int, changes document, ids []string, ran ...int) {
	h.t.Helper()
	digest, text := manifestWith(ids...)
	if a := h.call("PUT", "/api/v1/manifests/"+digest, text); a.status != http.StatusOK {
		h.t.Fatalf("got %d and %s, want 200", a.status, a.body)
	}
	d := shop(n, digest, len(ids))
	for key, value := range changes {
		d[key] = value
	}
	var got told
	h.post("/api/v1/instances", d, &got)
	h.post("/api/v1/instances/"+key(n)+"/points", document{"from": 0, "ids": ran}, &got)
	if got.Acked != len(ran) || got.Wants != nil {
		h.t.Fatalf("got %+v, want %d acked and nothing wanted", got, len(ran))
	}
}

// states returns the points of a release in short form: id, state, instances.
func (h *hub) states(release string) string {
	h.t.Helper()
	var list struct {
		Points []struct {
			StableID, State string
			Ran, Of         int
			Earlier         *struct{ Revision string }
		}
		CoveredWithEarlier *int
	}
	h.get("/api/v1/releases/"+release+"/points?across=releases", &list)
	var text []string
	for _, p := range list.Points {
		entry := fmt.Sprintf("%s %s %d/%d", strings.TrimLeft(p.StableID, "0"), p.State, p.Ran, p.Of)
		if p.Earlier != nil {
			entry += " " + p.Earlier.Revision
		}
		text = append(text, entry)
	}
	return fmt.Sprintf("%s = %d", strings.Join(text, ", "), *list.CoveredWithEarlier)
}

// Two architectures of one commit have different points under different
// numbers, but are one release.
func TestBuildsOfOneCommit(t *testing.T) {
	h := startHub(t)
	h.run(1, document{"arch": "amd64"}, []string{"a", "b", "c"}, 1, 3)
	h.run(2, document{"arch": "arm64"}, []string{"d", "b", "c"}, 2, 3)
	r := h.release()
	if r.Total != 4 || r.Covered != 3 {
		t.Errorf("got %d of %d points, want 3 of 4", r.Covered, r.Total)
	}
	var alone releaseJSON
	h.get("/api/v1/releases/"+r.ID, &alone)
	if alone.Total != 4 || alone.Covered != 3 {
		t.Errorf("asked for alone: got %d of %d points, want 3 of 4", alone.Covered, alone.Total)
	}
	if got, want := h.states(r.ID), "a all 1/1, d never 0/1, b some 1/2, c all 2/2 = 3"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A build of a changed work tree is a release of its own.
func TestDirtyBuild(t *testing.T) {
	h := startHub(t)
	h.run(1, document{"commit": "845820727e"}, []string{"a", "b"}, 1)
	h.run(2, document{"commit": "845820727e", "dirty": true}, []string{"a", "c"}, 2)
	h.run(3, document{"commit": "845820727e", "dirty": true}, []string{"a", "d"}, 2)
	releases := h.releases(h.services()[0].ID)
	revisions := map[string]bool{}
	for _, r := range releases {
		revisions[r.Revision] = true
		if r.Total != 2 || r.Covered != 1 || r.Dirty != (r.Revision != "845820727e") {
			t.Errorf("got %+v, want 1 of 2 points, dirty but for the clean one", r)
		}
	}
	if len(revisions) != 3 || !revisions["845820727e"] {
		t.Errorf("got %v, want the commit and two dirty releases", revisions)
	}
}

// Code that is the same at two commits counts as run if it ran at either.
// Changed code has to run again.
func TestAcrossCommits(t *testing.T) {
	h := startHub(t)
	h.run(1, document{"commit": "c1"}, []string{"a", "b", "e1"}, 1, 3)
	h.run(2, document{"commit": "c2"}, []string{"e2", "a", "b"}, 3)
	var second string
	for _, r := range h.releases(h.services()[0].ID) {
		if r.Revision == "c2" {
			second = r.ID
			if r.Covered != 1 {
				t.Errorf("got %d points, want 1: a release shows what ran in it", r.Covered)
			}
		}
	}
	if got, want := h.states(second), "e2 never 0/1, a never 0/1 c1, b all 1/1 = 2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Several main packages or clusters of one repository are different services,
// also in the seed's table.
func TestServicesOfTheirOwn(t *testing.T) {
	h := startHub(t)
	h.run(1, document{"main": "example.com/shop/cmd/shop"}, []string{"a"}, 1)
	h.run(2, document{"main": "example.com/shop/cmd/worker"}, []string{"a"})
	h.run(3, document{"labels": document{"env": "staging", "region": "th", "appType": "apa", "app": "shop", "cluster": "east"}}, []string{"a"})
	services := h.services()
	if len(services) != 3 {
		t.Fatalf("got %+v, want three services", services)
	}
	for _, s := range services {
		if r := h.releases(s.ID); len(r) != 1 || r[0].Instances["live"] != 1 {
			t.Errorf("service %+v: got %+v, want a release with one instance", s, r)
		}
	}
}

// A point's first hit is the earliest one, whoever reported it first.
func TestFirstHitOfRelease(t *testing.T) {
	h := startHub(t)
	h.run(1, document{"arch": "amd64"}, []string{"a", "b"}, 1)
	h.run(2, document{"arch": "arm64"}, []string{"b", "a"})
	var got told
	h.post("/api/v1/instances/"+key(2)+"/points", document{"from": 0, "ids": []int{2}, "age_ms": []int{3_600_000}, "routes": []string{"job nightly"}}, &got)
	points := h.points(h.release().ID)
	for _, p := range points {
		if strings.HasSuffix(p.StableID, "a") && (p.FirstInstance != key(2) || p.Route != "job nightly" || p.Ran != 2) {
			t.Errorf("got %+v, want a to have first run in instance 2, an hour ago, and in both", p)
		}
	}
}
