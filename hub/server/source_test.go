package server

import (
	"encoding/pem"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// changesJSON is the report of what changed, as far as tests look at it.
type changesJSON struct {
	Base   struct{ Commit, Of, Asked, Why, Built string }
	Notes  []string
	Report struct {
		Covered, Partial, Missed, Unmeasured int
		Files                                []struct {
			Path  string
			Lines []struct {
				Line  int
				State string
			}
		}
	}
}

// What changed since the branch left main, or since another base, with what ran of
// it.
func TestChangesOfRelease(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.count(1, c, c.counters[0])
	id := h.release().ID
	path := "/api/v1/releases/" + id + "/reports/changes"
	var got changesJSON
	h.get(path, &got)
	if got.Base.Commit != c.base || got.Base.Why != "where its branch left main" {
		t.Errorf("got base %+v, want %s, where the branch left main", got.Base, c.base)
	}
	if r := got.Report; r.Covered != 2 || r.Missed != 1 || len(r.Files) != 1 || r.Files[0].Path != "ledger/ledger.go" {
		t.Errorf("got %+v, want two lines that ran and one that never did", r)
	}
	for _, base := range []string{c.base, c.base[:10], "main"} {
		var other changesJSON
		h.get(path+"?base="+base, &other)
		if other.Base.Commit != c.base || !cmp.Equal(other.Report, got.Report) {
			t.Errorf("base %s: got %+v", base, other)
		}
	}
	var itself changesJSON
	h.get(path+"?base=refunds", &itself)
	if itself.Base.Commit != c.commit || len(itself.Report.Files) != 0 {
		t.Errorf("compared with itself: got %+v, want nothing changed", itself)
	}
	if a := h.call("GET", path+"?format=text", nil); !strings.Contains(a.body, "total: 66.7% of 3 changed lines since "+c.base) {
		t.Errorf("got\n%s\nwant two of three lines", a.body)
	}
	if a := h.call("GET", path+"?format=diffcover", nil); !strings.Contains(a.body, `"total_num_lines":`) {
		t.Errorf("got %s, want diff_cover's form", a.body)
	}
	for _, base := range []string{"nowhere", "--upload-pack=x", "feedbeef00"} {
		if a := h.call("GET", path+"?base="+base, nil); a.status != http.StatusConflict || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("base %s: got %d and %s, want a problem", base, a.status, a.body)
		}
	}
	if page := h.page("/releases/" + id + "/changes"); !strings.Contains(page, "never ran") || !strings.Contains(page, c.base[:10]) {
		t.Errorf("got\n%s\nwant a page with what changed since %s", page, c.base)
	}
}

// Where the repository cannot be reached, what was fetched before still serves, and
// the report says so.
func TestRepositoryIsAway(t *testing.T) {
	c := shopCovered(t)
	mirror := filepath.Join(t.TempDir(), "shop.git")
	if out, err := exec.Command("git", "clone", "-q", "--bare", c.dir, mirror).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	h := startHub(t, func(config *Config) { config.Repos = []string{"example.com/shop=" + mirror} })
	h.count(1, c, c.counters[0])
	path := "/api/v1/releases/" + h.release().ID + "/reports/changes"
	var before, after changesJSON
	h.get(path, &before)
	if err := os.Rename(mirror, mirror+".away"); err != nil {
		t.Fatal(err)
	}
	h.get(path+"?force=true", &after)
	if !cmp.Equal(before.Report, after.Report) || len(after.Notes) != 1 || !strings.Contains(after.Notes[0], "cannot be reached") {
		t.Errorf("got %+v, want %+v and a note", after, before)
	}
}

// While a report is made its page says how far it has come, looks again by itself,
// and shows the report in the end.
func TestProgressOnPage(t *testing.T) {
	c := shopCovered(t)
	release := make(chan struct{})
	server := gitServer(t, c.dir, func(*http.Request) bool { <-release; return true })
	h := startHub(t, func(config *Config) { config.Repos = []string{"example.com/shop=" + server.URL + "/.git"} })
	h.count(1, c, c.counters[0])
	path := "/releases/" + h.release().ID + "/functions"
	a := h.call("GET", path, nil, "Accept", "text/html")
	if a.status != http.StatusAccepted || !strings.Contains(a.body, "The report is being made") || !strings.Contains(a.body, "ooking for the source") || !strings.HasPrefix(a.header.Get("Refresh"), "1; url="+path) {
		t.Errorf("got %d, %s and\n%s\nwant how far it has come", a.status, a.header, a.body)
	}
	close(release)
	until(t, "made", func() bool {
		a = h.call("GET", path, nil, "Accept", "text/html")
		return a.status == http.StatusOK && strings.Contains(a.body, "Refund")
	})
}

// gitServer serves repositories below a directory by HTTPS to whom admit lets
// through, and has git trust it.
func gitServer(t *testing.T, dir string, admit func(*http.Request) bool) *httptest.Server {
	t.Helper()
	execPath, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(execPath)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !admit(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	writeText(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	t.Setenv("GIT_SSL_CAINFO", ca)
	return server
}

// On the main branch a release is compared with the one before it.
func TestChangesSinceReleaseBefore(t *testing.T) {
	c := shopCovered(t)
	mirror := filepath.Join(t.TempDir(), "shop.git")
	for _, args := range [][]string{{"clone", "-q", "--bare", c.dir, mirror}, {"-C", mirror, "branch", "-f", "main", c.commit}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	h := startHub(t, func(config *Config) { config.Repos = []string{"example.com/shop=" + mirror} })
	h.count(1, c, c.counters[0])
	path := "/api/v1/releases/" + h.release().ID + "/reports/changes"
	if a := h.call("GET", path, nil); a.status != http.StatusConflict || !strings.Contains(a.body, "name a commit") {
		t.Errorf("got %d and %s, want the next step", a.status, a.body)
	}
	// The release before it registers later here, and is older by what the store says.
	h2 := startHub(t, func(config *Config) { config.Repos = []string{"example.com/shop=" + mirror} })
	var told told
	h2.post("/api/v1/instances", with(document{"key": key(9), "commit": c.base, "manifest": "", "points": 0}), &told)
	time.Sleep(5 * time.Millisecond)
	h2.count(1, c, c.counters[0])
	var got changesJSON
	for _, r := range h2.releases(h2.services()[0].ID) {
		if r.Revision == c.commit {
			h2.get("/api/v1/releases/"+r.ID+"/reports/changes", &got)
		}
	}
	if got.Base.Commit != c.base || got.Base.Why != "the release before" {
		t.Errorf("got %+v, want the release before", got.Base)
	}
}

// Without a mirror everything but the source works, and pages say what is missing.
func TestWithoutMirror(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t)
	h.count(1, c, c.counters[0])
	id := h.release().ID
	release := "/api/v1/releases/" + id
	const missing = "start the hub with --repo MODULE=GITURL"
	var r struct {
		NoSource string
		Missing  int
		Total    struct{ Percent float64 }
		Files    []struct{ Missing string }
	}
	h.get(release+"/reports/functions", &r)
	if !strings.Contains(r.NoSource, missing) || r.Missing != 2 || r.Total.Percent < 66 || len(r.Files) != 2 || r.Files[0].Missing == "" {
		t.Errorf("got %+v, want totals of two files, and why they have no source", r)
	}
	if a := h.call("GET", release+"/reports/html", nil); a.status != 200 || !strings.Contains(a.body, "There is no source text") {
		t.Errorf("got %d and\n%s", a.status, a.body)
	}
	if a := h.call("GET", release+"/reports/changes", nil); a.status != http.StatusConflict || !strings.Contains(a.body, missing) {
		t.Errorf("got %d and %s, want what is missing", a.status, a.body)
	}
	if page := h.page("/releases/" + id + "/functions"); !strings.Contains(page, missing) {
		t.Errorf("the page does not say what is missing:\n%s", page)
	}
	if a := h.call("GET", "/releases/"+id+"/changes", nil, "Accept", "text/html"); !strings.Contains(a.body, missing) || !strings.Contains(a.body, "<!doctype html>") {
		t.Errorf("the page does not say what is missing:\n%s", a.body)
	}
	unknown := startHub(t, withSource(c))
	unknown.count(1, c, c.counters[0], document{"commit": "feedbeef00feedbeef00feedbeef00feedbeef00"})
	unknown.get("/api/v1/releases/"+unknown.release().ID+"/reports/functions", &r)
	if !strings.Contains(r.NoSource, "feedbeef00") || r.Missing != 2 {
		t.Errorf("a commit that nobody pushed: got %+v, want that it is missing", r)
	}
}

// A private repository is read with the credential helper of the hub's user. The
// secret is in no answer and no log.
func TestPrivateRepository(t *testing.T) {
	c := shopCovered(t)
	const secret = "s3cr3t-of-the-test"
	var refused, admitted atomic.Int32
	server := gitServer(t, c.dir, func(r *http.Request) bool {
		_, password, _ := r.BasicAuth()
		if password != secret {
			refused.Add(1)
			return false
		}
		admitted.Add(1)
		return true
	})
	home := t.TempDir()
	helper := filepath.Join(home, "helper")
	writeText(t, helper, "#!/bin/sh\necho username=hub\necho password="+secret+"\n")
	if err := os.Chmod(helper, 0o700); err != nil {
		t.Fatal(err)
	}
	writeText(t, filepath.Join(home, ".gitconfig"), "[credential]\n\thelper = "+helper+"\n")
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	h := startHub(t, func(config *Config) { config.Repos = []string{"example.com/shop=" + server.URL + "/.git"} })
	h.count(1, c, c.counters[0])
	release := "/api/v1/releases/" + h.release().ID
	var got changesJSON
	h.get(release+"/reports/changes", &got)
	if got.Report.Covered != 2 || admitted.Load() == 0 || refused.Load() == 0 {
		t.Errorf("got %+v after %d refused and %d admitted requests, want the report by the helper", got, refused.Load(), admitted.Load())
	}
	if a := h.call("GET", release+"/reports/functions", nil); a.status != 200 || strings.Contains(a.body, secret) || strings.Contains(a.body, "noSource") {
		t.Errorf("got %d and %s, want the functions and no secret", a.status, a.body)
	}
}

func writeText(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The command line refuses what is no repository, and never prints a password.
func TestWrongRepositories(t *testing.T) {
	for _, flag := range []string{"example.com/shop", "=https://x/y", "example.com/shop=https://user:hunter2@git.example.com/x.git", "example.com/shop=ext::sh -c id"} {
		cmd := command(t, "serve", "--root", t.TempDir(), "--report-addr", "127.0.0.1:0", "--repo", flag)
		cmd.Stderr = nil
		out, err := cmd.CombinedOutput()
		if err == nil || strings.Contains(string(out), "hunter2") {
			t.Errorf("%s: got %v and %s, want an error without the password", flag, err, out)
		}
	}
}
