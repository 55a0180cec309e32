package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// with returns a registration with some keys changed.
func with(changes document) document {
	d := shop(1, "", 0)
	for key, value := range changes {
		d[key] = value
	}
	return d
}

// A wrong request is answered with a problem of the right type, and nothing of
// it is stored.
func TestWrongRequests(t *testing.T) {
	h := startHub(t)
	digest, manifest := manifestOf(3)
	var got told
	h.post("/api/v1/instances", shop(1, digest, 3), &got)
	long := strings.Repeat("x", 257)
	tests := []struct {
		name         string
		method, path string
		body         any
		headers      []string
		status       int
		problem      string
	}{
		{"no JSON", "POST", "/api/v1/instances", "{", nil, 400, "bad-request"},
		{"another type", "POST", "/api/v1/instances", `{"key":7}`, nil, 400, "bad-request"},
		{"no body", "POST", "/api/v1/instances", nil, nil, 400, "bad-request"},
		{"short key", "POST", "/api/v1/instances", with(document{"key": "5f"}), nil, 400, "bad-request"},
		{"key with slashes", "POST", "/api/v1/instances", with(document{"key": "../../../../../../etc/passwd12345"}), nil, 400, "bad-request"},
		{"no application", "POST", "/api/v1/instances", with(document{"labels": document{"env": "staging"}}), nil, 400, "bad-request"},
		{"long name", "POST", "/api/v1/instances", with(document{"host": long}), nil, 400, "bad-request"},
		{"control character", "POST", "/api/v1/instances", with(document{"branch": "a\x1b[2J"}), nil, 400, "bad-request"},
		{"negative age", "POST", "/api/v1/instances", with(document{"age_ms": -1}), nil, 400, "bad-request"},
		{"points without a manifest", "POST", "/api/v1/instances", with(document{"points": 7}), nil, 400, "bad-request"},
		{"too many points", "POST", "/api/v1/instances", with(document{"points": 2_000_000, "manifest": digest}), nil, 400, "bad-request"},
		{"large registration", "POST", "/api/v1/instances", `{"x":"` + strings.Repeat("x", 64<<10) + `"}`, nil, 413, "too-large"},
		{"newer protocol", "POST", "/api/v1/instances", with(nil), []string{"Goat-Protocol", "9"}, 400, "unsupported-protocol"},
		{"unknown encoding", "POST", "/api/v1/instances", with(nil), []string{"Content-Encoding", "br"}, 415, "unsupported-encoding"},
		{"no gzip", "POST", "/api/v1/instances", with(nil), []string{"Content-Encoding", "gzip"}, 400, "bad-request"},
		{"bomb", "POST", "/api/v1/instances", packed(t, 300<<20), []string{"Content-Encoding", "gzip"}, 413, "too-large"},
		{"bomb for a manifest", "PUT", "/api/v1/manifests/" + digest, packed(t, 300<<20), []string{"Content-Encoding", "gzip"}, 413, "too-large"},
		{"digest with dots", "PUT", "/api/v1/manifests/..%2f..%2fsqlite.db", manifest, nil, 400, "bad-request"},
		{"another digest", "PUT", "/api/v1/manifests/" + strings.Repeat("0", 64), manifest, nil, 422, "digest-mismatch"},
		{"another digest of meta-data", "PUT", "/api/v1/covmeta/" + strings.Repeat("0", 64), "meta", nil, 422, "digest-mismatch"},
		{"unknown instance", "POST", "/api/v1/instances/" + key(7) + "/points", document{"from": 0}, nil, 404, "unknown-instance"},
		{"no id", "POST", "/api/v1/instances/..%2f/points", document{"from": 0}, nil, 404, "unknown-instance"},
		{"id above", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0, "ids": []int{1, 4}}, nil, 400, "bad-request"},
		{"id below", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0, "ids": []int{0}}, nil, 400, "bad-request"},
		{"id again", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0, "again": []int{4}}, nil, 400, "bad-request"},
		{"ages for others", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0, "ids": []int{1}, "age_ms": []int{1, 2}}, nil, 400, "bad-request"},
		{"negative from", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": -1}, nil, 400, "bad-request"},
		{"long route", "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0, "ids": []int{1}, "routes": []string{strings.Repeat("x", 513)}}, nil, 400, "bad-request"},
		{"counters of nothing", "POST", "/api/v1/instances/" + key(1) + "/counters", "x", nil, 400, "bad-request"},
		{"unknown service", "GET", "/api/v1/services/0123", nil, nil, 404, "not-found"},
		{"unknown release", "GET", "/api/v1/releases/0123/points", nil, nil, 404, "not-found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := h.call(test.method, test.path, test.body, test.headers...)
			var p struct {
				Type, Title, Detail string
				Status              int
			}
			if err := json.Unmarshal([]byte(a.body), &p); err != nil {
				t.Fatalf("got %d and %q, want a problem", a.status, a.body)
			}
			if a.status != test.status || p.Status != test.status || p.Type != "urn:goat:problem:"+test.problem || p.Title == "" || p.Detail == "" {
				t.Errorf("got %d and %s, want %d and %s", a.status, a.body, test.status, test.problem)
			}
			if got := a.header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("got content type %s, want application/problem+json", got)
			}
		})
	}
	if r := h.release(); r.Covered != 0 || r.Instances["live"] != 1 {
		t.Errorf("got %+v, want one instance without hits", r)
	}
}

// packed returns that many zeros as gzip.
func packed(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.Bytes()
}

// Invalid manifests are refused even if their digest is right.
func TestWrongManifests(t *testing.T) {
	h := startHub(t)
	for _, text := range []string{
		"", "null", "[]", `{"format":2,"packages":[]}`, `{"format":1,"packages":[{"points":[{"stableId":"xyz"}]}]}`, `{"format":1,"packages":7}`, strings.Repeat("[", 1<<20),
	} {
		a := h.call("PUT", "/api/v1/manifests/"+digestOf(text), text)
		if a.status != http.StatusBadRequest {
			t.Errorf("%.60s: got %d and %s, want 400", text, a.status, a.body)
		}
	}
	if a := h.call("PUT", "/api/v1/manifests/"+digestOf(`{"format":1,"packages":[]}`), `{"format":1,"packages":[]}`); a.status != http.StatusOK {
		t.Errorf("a manifest without points: got %d and %s, want 200", a.status, a.body)
	}
}

// Without a token file, a hub that others can reach accepts no reports.
func TestWritesWithoutTokens(t *testing.T) {
	h := startHub(t, func(c *Config) { c.ReportAddr = "0.0.0.0:0" })
	if a := h.call("POST", "/api/v1/instances", shop(1, "", 0)); a.status != http.StatusForbidden || !strings.Contains(a.body, "--token-file") {
		t.Errorf("a report: got %d and %s, want 403 that names --token-file", a.status, a.body)
	}
	if a := h.call("GET", "/api/v1/services", nil); a.status != http.StatusOK {
		t.Errorf("reading: got %d, want 200", a.status)
	}
}

// A page of another site cannot act through the browser of somebody who uses
// the hub.
func TestOtherSites(t *testing.T) {
	h := startHub(t)
	a := h.call("POST", "/api/v1/instances", shop(1, "", 0), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if a.status != http.StatusForbidden {
		t.Errorf("a cross-site report: got %d, want 403", a.status)
	}
	r, err := http.NewRequest("GET", h.URL()+"/api/v1/services", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("by another name: got %d, want 421", resp.StatusCode)
	}
	if services := h.services(); len(services) != 0 {
		t.Errorf("got %+v, want nothing registered", services)
	}
	// The forms of the pages.
	h.run(1, document{}, []string{"a"}, 1)
	for _, form := range []string{"refresh", "clear", "undo"} {
		path := "/releases/" + h.release().ID + "/" + form
		if a := h.call("POST", path, "", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); a.status != http.StatusForbidden {
			t.Errorf("%s from another site: got %d, want 403", form, a.status)
		}
		if a := h.call("GET", path, nil); a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s by an address alone: got %d, want 405", form, a.status)
		}
	}
}

func TestTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	const push, read, admin, scoped = "push-0123456789abcdef", "read-0123456789abcdef", "admin-0123456789abcdef", "scoped-0123456789abcdef"
	lines := fmt.Sprintf("# who may do what\nci push * %s\n\nfloor read env=staging sha256:%s\nops admin * %s\nteam push,read env=prod,app=shop %s\n", push, digestOf(read), admin, scoped)
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	h := startHub(t, func(c *Config) { c.TokenFile, c.ReportAddr = file, "0.0.0.0:0" })
	prod := with(document{"key": key(2), "labels": document{"env": "prod", "app": "shop"}})
	tests := []struct {
		name, token  string
		method, path string
		body         any
		status       int
	}{
		{"nobody reports", "", "POST", "/api/v1/instances", with(nil), 401},
		{"nobody reads", "", "GET", "/", nil, 401},
		{"a wrong token", "push-0123456789abcdeg", "POST", "/api/v1/instances", with(nil), 401},
		{"who reads does not report", read, "POST", "/api/v1/instances", with(nil), 403},
		{"who reports does not read", push, "GET", "/api/v1/services", nil, 403},
		{"another service", scoped, "POST", "/api/v1/instances", with(nil), 403},
		{"a report", push, "POST", "/api/v1/instances", with(nil), 200},
		{"a report in scope", scoped, "POST", "/api/v1/instances", prod, 200},
		{"its heartbeat", scoped, "POST", "/api/v1/instances/" + key(2) + "/points", document{"from": 0}, 200},
		{"the heartbeat of another service", scoped, "POST", "/api/v1/instances/" + key(1) + "/points", document{"from": 0}, 403},
		{"the admin reports", admin, "POST", "/api/v1/instances", with(nil), 200},
		{"reading", read, "GET", "/api/v1/services", nil, 200},
		{"health needs none", "", "GET", "/healthz", nil, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var headers []string
			if test.token != "" {
				headers = []string{"Authorization", "Bearer " + test.token}
			}
			if a := h.call(test.method, test.path, test.body, headers...); a.status != test.status {
				t.Errorf("got %d and %s, want %d", a.status, a.body, test.status)
			}
		})
	}
	for accept, want := range map[string]string{"text/html": "Basic", "*/*": "Bearer"} {
		if a := h.call("GET", "/", nil, "Accept", accept); a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), want) {
			t.Errorf("%s: got %d and %s, want to be asked for %s", accept, a.status, a.header.Get("WWW-Authenticate"), want)
		}
	}
	page := func(token string) (body string) {
		for _, r := range decoded[struct{ Releases []releaseJSON }](t, h.call("GET", "/api/v1/services/"+stagingOf(t, h, admin)+"/releases", nil, "Authorization", "Bearer "+admin)).Releases {
			body = h.call("GET", "/releases/"+r.ID, nil, "Authorization", "Bearer "+token, "Accept", "text/html").body
			if a := h.call("POST", "/releases/"+r.ID+"/refresh", "", "Authorization", "Bearer "+read); a.status != http.StatusForbidden {
				t.Errorf("a reader refreshes: got %d, want 403", a.status)
			}
		}
		return body
	}
	if body := page(read); strings.Contains(body, "Force refresh") || !strings.Contains(body, "Tracking points") && !strings.Contains(body, "no points") {
		t.Errorf("a reader sees\n%s\nwant a page without forms", body)
	}
	if body := page(admin); !strings.Contains(body, "Force refresh") {
		t.Errorf("the admin sees\n%s\nwant forms", body)
	}
	sees := func(token, path string) string {
		return h.call("GET", path, nil, "Authorization", "Bearer "+token, "Accept", "text/html").body
	}
	for path, names := range map[string][2]string{"/api/v1/services": {"prod_shop", "staging_th_apa_shop"}, "/": {"Environment prod", "Environment staging"}, "/search?q=shop": {"prod_shop", "staging_th_apa_shop"}} {
		if all := sees(admin, path); !strings.Contains(all, names[0]) || !strings.Contains(all, names[1]) {
			t.Errorf("%s: the admin sees %s, want both services", path, all)
		}
		if some := sees(read, path); strings.Contains(some, names[0]) || !strings.Contains(some, names[1]) {
			t.Errorf("%s: the reader of staging sees %s, want its service alone", path, some)
		}
	}
	var list struct{ Services []serviceJSON }
	if err := json.Unmarshal([]byte(sees(admin, "/api/v1/services")), &list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list.Services {
		a := h.call("GET", "/api/v1/services/"+s.ID, nil, "Authorization", "Bearer "+read)
		if want := map[string]int{"prod": 404, "staging": 200}[s.Env]; a.status != want {
			t.Errorf("the reader of staging asks for %s: got %d, want %d", s.Name, a.status, want)
		}
	}
}

func TestWrongTokenFiles(t *testing.T) {
	for _, text := range []string{"", "ci push *", "ci fly * 0123456789abcdef", "ci push planet=mars 0123456789abcdef", "ci push * short", "ci push * sha256:12"} {
		file := filepath.Join(t.TempDir(), "tokens")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := command(t, "serve", "--root", t.TempDir(), "--report-addr", "127.0.0.1:0", "--token-file", file)
		cmd.Stderr = nil
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), file) {
			t.Errorf("%q: got %v and %s, want an error that names the file", text, err, out)
		}
		if strings.Contains(string(out), "0123456789abcdef") {
			t.Errorf("%q: the token is printed: %s", text, out)
		}
	}
}

// The counters of programs built with -cover arrive with their meta-data.
func TestCounters(t *testing.T) {
	h := startHub(t)
	meta := "meta-data of the build"
	var got told
	h.post("/api/v1/instances", with(document{"covmeta": digestOf(meta)}), &got)
	if len(got.Wants) != 1 || got.Wants[0] != "covmeta" {
		t.Errorf("got %+v, want covmeta to be wanted", got)
	}
	if a := h.call("PUT", "/api/v1/covmeta/"+digestOf(meta), meta); a.status != http.StatusOK {
		t.Errorf("got %d and %s, want 200", a.status, a.body)
	}
	for _, counters := range []string{"first", "second"} {
		got = told{}
		h.decode(h.call("POST", "/api/v1/instances/"+key(1)+"/counters", counters, "Goat-Covmeta", digestOf(meta)), &got)
		if got.Wants != nil {
			t.Errorf("got %+v, want nothing wanted", got)
		}
	}
	c, gotMeta, counters, err := h.fleet.Counters(t.Context(), key(1))
	if err != nil || string(gotMeta) != meta || string(counters) != "second" || c.Size != 6 {
		t.Errorf("got %+v, %q, %q and %v, want the second counters", c, gotMeta, counters, err)
	}
}

// A heartbeat takes less than 300 bytes, including headers.
func TestHeartbeatIsSmall(t *testing.T) {
	h := startHub(t)
	l := dial(t, h)
	var got told
	h.post("/api/v1/instances", shop(1, "", 0), &got)
	if status, err := l.post("/api/v1/instances/"+key(1)+"/points", `{"from":0}`); status != 200 || err != nil {
		t.Fatalf("got %d and %v, want 200", status, err)
	}
	token := len("Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n")
	if size := len(l.out) + token; size >= 300 {
		t.Errorf("got %d bytes, want under 300", size)
	}
}

// stagingOf is the service of staging.
func stagingOf(t *testing.T, h *hub, token string) string {
	t.Helper()
	for _, s := range decoded[struct{ Services []serviceJSON }](t, h.call("GET", "/api/v1/services", nil, "Authorization", "Bearer "+token)).Services {
		if s.Env == "staging" {
			return s.ID
		}
	}
	t.Fatal("no service of staging")
	return ""
}
