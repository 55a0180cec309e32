package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// A sync reaches agents that the hub cannot connect to, with the answer to
// their next heartbeat at either replica.
func TestSync(t *testing.T) {
	root := t.TempDir()
	replicas := []*hub{startHub(t, func(c *Config) { c.Root = root }), startHub(t, func(c *Config) { c.Root = root })}
	digest, manifest := manifestOf(3)
	h := replicas[0]
	if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
		t.Fatalf("got %d and %s, want 200", a.status, a.body)
	}
	var got told
	h.post("/api/v1/instances", shop(1, digest, 3), &got)
	for _, h := range replicas { // both replicas know it and answer heartbeats from memory
		h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
		h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
	}
	path := "/api/v1/services/" + h.services()[0].ID + "/sync"
	if a := h.call("POST", path+"?wait=0s", nil); a.status != http.StatusAccepted || !strings.Contains(a.body, `"running"`) {
		t.Errorf("without an answer: got %d and %s, want 202 and running", a.status, a.body)
	}

	answers := make(chan answer)
	go func() { answers <- h.call("POST", path+"?wait=20s", nil) }()
	until(t, "told to push", func() bool {
		got = told{}
		replicas[1].post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
		return got.Push
	})
	replicas[1].post("/api/v1/instances/"+key(1)+"/points", document{"from": 0, "ids": []int{2}}, &got)
	a := <-answers
	var synced struct {
		State          string
		Asked, Waiting int
	}
	if err := json.Unmarshal([]byte(a.body), &synced); err != nil || a.status != http.StatusOK || synced.State != "done" || synced.Asked != 1 {
		t.Errorf("got %d and %s, want 200 and done", a.status, a.body)
	}
	if r := h.release(); r.Covered != 1 {
		t.Errorf("got %+v, want what the instance pushed", r)
	}
	if a := h.call("POST", path+"?wait=2h", nil); a.status != http.StatusBadRequest {
		t.Errorf("waiting for two hours: got %d, want 400", a.status)
	}
}

// The series name releases but no instances, and a hub that is stopping is not
// ready.
func TestMetricsAndReadiness(t *testing.T) {
	h := startHub(t)
	h.run(1, document{}, []string{"a", "b"}, 1)
	text := h.call("GET", "/metrics", nil).body
	labels := `{env="staging",region="th",app_type="apa",app="shop",cluster="",main="example.com/shop/cmd/shop",revision="845820727e8f1b0a2c3d4e5f60718293a4b5c6d7",branch="master"`
	for _, want := range []string{
		"goat_hub_points" + labels + "} 2\n", "goat_hub_points_covered" + labels + "} 1\n", "goat_hub_coverage_ratio" + labels + "} 0.5\n",
		"goat_hub_instances" + labels + `,state="live"} 1` + "\n", `goat_hub_requests_total{route="POST /api/v1/instances",code="200"} 1` + "\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got no %s in\n%s", want, text)
		}
	}
	h.run(2, document{"branch": "a\u200b\"b\\"}, []string{"a"})
	if strings.Contains(text, key(1)) || strings.Contains(text, "shop-1") {
		t.Error("a series names an instance")
	}
	if a := h.call("GET", "/readyz", nil); a.status != http.StatusOK {
		t.Errorf("got %d and %s, want ready", a.status, a.body)
	}
	h.draining.Store(true)
	if a := h.call("GET", "/readyz", nil); a.status != http.StatusServiceUnavailable {
		t.Errorf("a stopping hub: got %d, want 503", a.status)
	}
}
