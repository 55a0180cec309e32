package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// hub is a running server that tests talk to.
type hub struct {
	*Server
	t      testing.TB
	client *http.Client // nil is the default one
}

// startHub starts a server in a new directory and shuts it down at the end of
// the test.
func startHub(t testing.TB, change ...func(*Config)) *hub {
	t.Helper()
	c := Config{Root: t.TempDir(), ReportAddr: "127.0.0.1:0", CenterAddr: "127.0.0.1:0", Lease: 5 * time.Minute, Retention: fleet.DefaultRetention(), Drain: 10 * time.Second, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	for _, f := range change {
		f(&c)
	}
	s, err := Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Shutdown(); err != nil {
			t.Errorf("shutting down: %v", err)
		}
	})
	return &hub{Server: s, t: t}
}

// answer is the response to a call.
type answer struct {
	status int
	header http.Header
	body   string
}

// call sends a request. A body that is not a string or []byte is sent as JSON.
func (h *hub) call(method, path string, body any, headers ...string) answer {
	h.t.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	case []byte:
		content = bytes.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, h.URL()+path, content)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := cmp.Or(h.client, http.DefaultClient).Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// get sends a GET request, requires 200, and decodes the answer into v.
func (h *hub) get(path string, v any) {
	h.t.Helper()
	h.decode(h.call("GET", path, nil), v)
}

// post does the same with a POST request.
func (h *hub) post(path string, body, v any) {
	h.t.Helper()
	h.decode(h.call("POST", path, body), v)
}

func (h *hub) decode(a answer, v any) {
	h.t.Helper()
	if a.status != http.StatusOK {
		h.t.Fatalf("got status %d and %s, want 200", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		h.t.Fatalf("decoding %s: %v", a.body, err)
	}
}

// document is JSON to be sent.
type document map[string]any

// told is the answer to a registration or push.
type told struct {
	ID     string   `json:"id"`
	LeaseS int      `json:"lease_s"`
	NextS  int      `json:"next_s"`
	Acked  int      `json:"acked"`
	Push   bool     `json:"push"`
	Wants  []string `json:"wants"`
}

// key returns an instance's key made from a number.
func key(n int) string { return fmt.Sprintf("%032x", n) }

// manifestOf makes a manifest of one function with this many points.
func manifestOf(points int) (digest string, content []byte) {
	var b strings.Builder
	b.WriteString(`{"format":1,"main":"example.com/shop/cmd/shop","app":"shop","packages":[{"path":"example.com/shop/internal/ledger","points":[`)
	for i := range points {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"stableId":"%016x","file":"internal/ledger/refund.go","func":"Refund","kind":"stmt","line":%d,"endLine":%d,"lines":[[%d,%d]]}`, i+1, 10+i, 10+i, 10+i, 10+i)
	}
	b.WriteString("]}]}")
	return digestOf(b.String()), []byte(b.String())
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// shop is the registration of a process of the service shop.
func shop(n int, manifest string, points int) document {
	return document{
		"key": key(n), "labels": document{"env": "staging", "region": "th", "appType": "apa", "app": "shop"},
		"branch": "master", "commit": "845820727e8f1b0a2c3d4e5f60718293a4b5c6d7", "main": "example.com/shop/cmd/shop",
		"manifest": manifest, "points": points, "go": "go1.26.8", "os": "linux", "arch": "amd64",
		"host": fmt.Sprintf("shop-%d", n), "pid": 1, "age_ms": 1500,
	}
}

// The parts of the API's JSON that tests use.
type (
	serviceJSON struct {
		ID, Name, Env, Region, AppType, App string
	}
	releaseJSON struct {
		ID, Service, Revision, Branch, State string
		Dirty                                bool
		Total, Covered                       int
		Instances                            map[string]int
	}
	pointJSON struct {
		StableID, File, Func, Kind, Route string
		Line, Ran, Of                     int
		FirstHit                          *time.Time
		FirstInstance                     string
	}
)

func (h *hub) services() []serviceJSON {
	h.t.Helper()
	var list struct{ Services []serviceJSON }
	h.get("/api/v1/services", &list)
	return list.Services
}

func (h *hub) releases(service string) []releaseJSON {
	h.t.Helper()
	var list struct{ Releases []releaseJSON }
	h.get("/api/v1/services/"+service+"/releases", &list)
	return list.Releases
}

func (h *hub) points(release string) []pointJSON {
	h.t.Helper()
	var list struct{ Points []pointJSON }
	h.get("/api/v1/releases/"+release+"/points", &list)
	return list.Points
}

// page is a page as a browser gets it.
func (h *hub) page(path string) string {
	h.t.Helper()
	a := h.call("GET", path, nil, "Accept", "text/html")
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: got %d and %s, want 200", path, a.status, a.body)
	}
	return a.body
}

// listFiles lists the names in a directory.
func listFiles(t testing.TB, root, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
