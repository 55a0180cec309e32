package serve_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

func TestMethodsAndPaths(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	const metricsType, jsonType, textType = "text/plain; version=0.0.4; charset=utf-8", "application/json; charset=utf-8", "text/plain; charset=utf-8"
	for _, test := range []struct {
		method, path string
		status       int
		contentType  string
		contains     string
	}{
		{"GET", "/metrics", 200, metricsType, `goat_points_covered{component="example.com/app"} 1`},
		{"GET", "/track", 200, jsonType, `"name":"TRACK_ID_1"`},
		{"GET", "/", 200, textType, "/metrics"},
		{"GET", "/healthz", 200, textType, "ok\n"},
		{"GET", "/nothing", 404, textType, "/ lists the pages"},
		{"GET", "/track/", 404, textType, ""},
		{"HEAD", "/metrics", 200, metricsType, ""},
		{"HEAD", "/track", 200, jsonType, ""},
		{"HEAD", "/track?component=nope", 400, jsonType, ""},
		{"POST", "/metrics", 405, textType, "use GET or HEAD"},
		{"POST", "/track", 405, textType, "use GET or HEAD"},
		{"DELETE", "/", 405, textType, "use GET or HEAD"},
		{"OPTIONS", "/track", 405, textType, "use GET or HEAD"},
		{"GET", "/track?component=nope", 400, jsonType, `0 \"example.com/app\", 1 \"nobody\", 2 \"team\"`},
		{"GET", "/track?order=x", 400, jsonType, `order \"x\" is no number`},
		{"GET", "/track?order=%zz", 400, jsonType, "cannot be read"},
		{"GET", "/track?order=1&order=7&unknown=1", 200, jsonType, "TRACK_ID_1"},
	} {
		resp, body := do(t, test.method, base+test.path)
		if resp.StatusCode != test.status || resp.Header.Get("Content-Type") != test.contentType {
			t.Errorf("%s %s: got %d %q, want %d %q", test.method, test.path, resp.StatusCode, resp.Header.Get("Content-Type"), test.status, test.contentType)
		}
		if !strings.Contains(body, test.contains) || test.method == "HEAD" && body != "" {
			t.Errorf("%s %s: got %q, want it to contain %q", test.method, test.path, body, test.contains)
		}
		if allow := resp.Header.Get("Allow"); (allow == "GET, HEAD") != (test.status == 405) {
			t.Errorf("%s %s: got Allow %q", test.method, test.path, allow)
		}
		if test.contentType == jsonType && test.method == "GET" && !json.Valid([]byte(body)) {
			t.Errorf("%s %s: got %q, want JSON", test.method, test.path, body)
		}
	}
}

func TestMetricsOfAProgram(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_METRICS_COMPAT=true")
	_, body := get(t, base+"/metrics")
	for _, want := range []string{
		`goat_points{component="example.com/app"} 5`,
		`goat_points{component="team"} 3`,
		`goat_coverage_ratio{component="example.com/app"} 0.2`,
		`goat_coverage_ratio{component="team"} 0`,
		`goat_coverage_ratio{component="nobody"} 1`,
		`goat_build_info{app="demo",version="v1",commit="",base="main",granularity="patch",adaptor=""} 1`,
		`goat_track_coverage_ratio{app="demo",version="v1",component="example.com/app"} 20`,
		`goat_track_coverage_ratio{app="demo",version="v1",component="nobody"} 100`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("got\n%s\nwant a line %s", body, want)
		}
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	resp, _ := get(t, base+"/track")
	tag := resp.Header.Get("ETag")
	if got := resp.Header.Get("Goat-Track-Version"); got != "2" {
		t.Errorf("got Goat-Track-Version %q, want 2", got)
	}
	for header, status := range map[string]int{
		tag:                              http.StatusNotModified,
		strings.TrimPrefix(tag, "W/"):    http.StatusNotModified,
		`"other", ` + tag:                http.StatusNotModified,
		"*":                              http.StatusNotModified,
		`"other"`:                        http.StatusOK,
		strings.Replace(tag, `"`, "", 1): http.StatusOK,
	} {
		resp, body := get(t, base+"/track", "If-None-Match", header)
		if resp.StatusCode != status || (body == "") != (status == http.StatusNotModified) || resp.Header.Get("ETag") != tag {
			t.Errorf("If-None-Match %s: got %d, %d bytes, ETag %s; want %d", header, resp.StatusCode, len(body), resp.Header.Get("ETag"), status)
		}
	}
	if resp, _ := get(t, base+"/track?component=team"); resp.Header.Get("ETag") == tag {
		t.Errorf("got the same ETag %s for one component", tag)
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_TOKEN=sesame ü")
	for _, test := range []struct {
		path, authorization string
		status              int
	}{
		{"/track", "", 401},
		{"/track", "Bearer wrong", 401},
		{"/track", "Basic sesame ü", 401},
		{"/track?token=sesam", "", 401},
		{"/track?component=nope", "", 401}, // must not reveal components either
		{"/track", "Bearer sesame ü", 200},
		{"/track", "bearer  sesame ü", 200},
		{"/track?token=sesame+%C3%BC", "", 200},
		{"/metrics", "", 200},
		{"/healthz", "", 200},
	} {
		resp, body := get(t, base+test.path, "Authorization", test.authorization)
		if resp.StatusCode != test.status {
			t.Errorf("%s with %q: got %d %s, want %d", test.path, test.authorization, resp.StatusCode, body, test.status)
		}
		if got := resp.Header.Get("WWW-Authenticate"); (got != "") != (test.status == 401) {
			t.Errorf("%s with %q: got WWW-Authenticate %q", test.path, test.authorization, got)
		}
	}
}

// TestTokenOfAFile has a trailing line end, which tokens from a file or a
// Kubernetes secret often have and no header can carry.
func TestTokenOfAFile(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_TOKEN=sesame\n")
	for query, status := range map[string]int{"": 401, "?token=": 401, "?token=%0A": 401, "?token=sesame": 200, "?token=sesame%0A": 200} {
		if resp, body := get(t, base+"/track"+query); resp.StatusCode != status {
			t.Errorf("/track%s: got %d %s, want %d", query, resp.StatusCode, body, status)
		}
	}
	if resp, body := get(t, base+"/track", "Authorization", "Bearer sesame"); resp.StatusCode != 200 {
		t.Errorf("with the token as a header: got %d %s, want 200", resp.StatusCode, body)
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	for accept, compressed := range map[string]bool{
		"gzip": true, "deflate, GZIP;q=0.5": true, "*": true, "br;q=1, *;q=0.1": true, "gzip, *;q=0": true,
		"identity": false, "gzip;q=0": false, "gzip; q=0.00": false, "*;q=0": false, "x-gzip": false, "*, gzip;q=0": false,
	} {
		for _, path := range []string{"/metrics", "/track"} {
			resp, body := get(t, base+path, "Accept-Encoding", accept)
			if got := resp.Header.Get("Content-Encoding") == "gzip"; got != compressed {
				t.Errorf("%s, %s: got compressed %t, want %t", path, accept, got, compressed)
				continue
			}
			if resp.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s, %s: got Vary %q", path, accept, resp.Header.Get("Vary"))
			}
			if compressed {
				z, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				body = string(plain)
			}
			if !strings.Contains(body, "example.com/app") {
				t.Errorf("%s, %s: got %q", path, accept, body)
			}
		}
	}
}

func TestTenThousandPoints(t *testing.T) {
	t.Parallel()
	p := appProgram("serve")
	large := manifest.Package{}
	for i := range 10_000 {
		large.Points = append(large.Points, manifest.Point{
			File: fmt.Sprintf("large/f%d.go", i/100), Func: fmt.Sprintf("F%d", i/10), Kind: "stmt", Line: i % 100, EndLine: i % 100,
		})
	}
	p.Packages["large"] = large
	p.Files["large/large.go"] = "package large\n\nfunc F() { goatHit(9_999); goatHit(0) }\n"
	p.Files["use.go"] = "package main\n\nimport \"example.com/app/large\"\n\nfunc init() { large.F() }\n"
	p.Main.Hits = "point"
	_, base := serving(t, app(t, "large", p), []string{"wait"})

	page := track(t, base, "?component=0&order=2")
	got := page.Results[0].Metrics
	ids := make([]int, 0, 3)
	for i, it := range got.Items {
		if it.ID != i+1 || it.Name != fmt.Sprintf("TRACK_ID_%d", i+1) {
			t.Fatalf("item %d: got id %d, name %s", i, it.ID, it.Name)
		}
		if it.Count > 0 {
			ids = append(ids, it.ID)
		}
	}
	if diff := cmp.Diff([]int{1, 3, 10_002}, ids); diff != "" || got.Total != 10_005 || got.Covered != 3 {
		t.Errorf("got %d of %d, hit (-want +got):\n%s", got.Covered, got.Total, diff)
	}
	_, body := get(t, base+"/metrics")
	if n := strings.Count(body, "\ngoat_point_covered{"); n != 10_005+3 { // team contains lib's three points
		t.Errorf("got %d series of points, want 10008", n)
	}
}

func TestZeroPoints(t *testing.T) {
	t.Parallel()
	p := rttest.Program{
		Files:   map[string]string{"main.go": "package main\n\nimport (\"io\"; \"os\")\n\nfunc main() { io.Copy(io.Discard, os.Stdin) }\n"},
		Runtime: "serve",
	}
	_, base := serving(t, app(t, "zero", p), nil)
	_, body := get(t, base+"/track")
	if !strings.Contains(body, `{"format":2,"name":"app","version":"`) || !strings.Contains(body, `"total":0,"covered":0,"coveredRate":100,"items":[]}}]}`) {
		t.Errorf("got %s, want app with no points at 100 %%", body)
	}
	_, body = get(t, base+"/metrics")
	if !strings.Contains(body, `goat_coverage_ratio{component="example.com/app"} 1`+"\n") || !strings.Contains(body, `base=""`) {
		t.Errorf("got %s, want ratio 1 and no base", body)
	}
}

// A browser gets a page, with the same filters and the same protection as /track;
// others get the text.
func TestPage(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_TOKEN=secret")
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for accept, page := range map[string]bool{browser: true, "TEXT/HTML": true, "*/*": false, "": false, "text/plain": false, "text/html;q=0": false, "text/html; q=0.5": true} {
		resp, body := get(t, base+"/?token=secret", "Accept", accept)
		isPage := strings.HasPrefix(body, "<!doctype html>") && resp.Header.Get("Content-Type") == "text/html; charset=utf-8"
		if isPage != page || resp.Header.Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("Accept %q: got page %t, Vary %q; want page %t", accept, isPage, resp.Header.Get("Vary"), page)
		}
	}
	resp, body := get(t, base+"/?token=secret&covered=true", "Accept", browser)
	if !strings.Contains(body, "✓ ran") || strings.Contains(body, "✗ never") || !strings.Contains(body, `<option value="true" selected>`) {
		t.Errorf("covered=true: got\n%s", body)
	}
	csp := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-") || strings.Contains(csp, "unsafe") {
		t.Errorf("got the policy %q", csp)
	}
	tag := resp.Header.Get("ETag")
	if resp, _ := get(t, base+"/?token=secret&covered=true", "Accept", browser, "If-None-Match", tag); resp.StatusCode != http.StatusNotModified {
		t.Errorf("the same page again: got %d, want 304", resp.StatusCode)
	}
	if resp, body := get(t, base+"/", "Accept", browser); resp.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "/?token=TOKEN") {
		t.Errorf("without the token: got %d %s", resp.StatusCode, body)
	}
	_, body = get(t, base+"/?token=secret&file=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%1b[31m", "Accept", browser)
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "\x1b") || !strings.Contains(body, "0 points match") {
		t.Errorf("hostile filter: got\n%s", body)
	}
	if resp, _ := get(t, base+"/?token=secret&component=nope", "Accept", browser); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("unknown component: got %d, want 400", resp.StatusCode)
	}
}
