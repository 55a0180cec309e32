package server

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/report/profile"
)

// freePort is an address where nobody listens yet.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// instanceStates counts the instances of all releases.
func (h *hub) instanceStates() map[string]int {
	h.t.Helper()
	all := make(map[string]int)
	for _, s := range h.services() {
		for _, r := range h.releases(s.ID) {
			for state, n := range r.Instances {
				all[state] += n
			}
		}
	}
	return all
}

// What a process describes its points with is what the hub would write itself.
func TestManifestIsCanonical(t *testing.T) {
	h := startHub(t)
	a := startApplication(t, buildShop(t, "components:\n  work: [./...]\n", ""), "GOAT_HUB="+h.URL())
	a.do("one")
	eventually(t, "the part at the hub", func() bool { return h.parts() == "one" })
	var list struct{ Builds []struct{ Manifest string } }
	h.get("/api/v1/releases/"+h.release().ID+"/builds", &list)
	m, err := h.fleet.Manifest(t.Context(), list.Builds[0].Manifest)
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := m.Encode()
	if err != nil || digest != list.Builds[0].Manifest || m.App != "shop" || len(m.Components) != 1 || m.Len() == 0 {
		t.Errorf("got the digest %s, %v of %+v, want %s", digest, err, m, list.Builds[0].Manifest)
	}
}

// GET /push answers when all is stored, and says why it is not. It is for the
// machine itself, or for those with the token; GOAT_PUSH_ADDR has it and no other
// page.
func TestPushPage(t *testing.T) {
	h := startProcess(t, t.TempDir())
	exe := buildShop(t, "", "")
	address := freePort(t)
	a := startApplication(t, exe, "GOAT_HUB="+h.URL(), "GOAT_PUSH_ADDR="+address, "GOAT_METRICS_IP=0.0.0.0")
	a.do("one", "two")
	if status, body := a.get("/push"); status != http.StatusOK || body != "stored\n" {
		t.Errorf("got %d and %q, want 200 and stored", status, body)
	}
	if got := h.parts(); got != "one two" {
		t.Errorf("got %q at the hub once it is stored, want both parts", got)
	}
	get := func(url string) (int, string) {
		t.Helper()
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var text bytes.Buffer
		_, err = text.ReadFrom(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, text.String()
	}
	a.do("three")
	if status, body := get("http://" + address + "/push"); status != http.StatusOK || h.parts() != "one two three" {
		t.Errorf("got %d and %q of GOAT_PUSH_ADDR, want 200", status, body)
	}
	for _, path := range []string{"/", "/track", "/metrics", "/healthz"} {
		if status, _ := get("http://" + address + path); status != http.StatusNotFound {
			t.Errorf("%s: got %d of GOAT_PUSH_ADDR, want 404", path, status)
		}
	}

	b := startApplication(t, exe, "GOAT_HUB="+h.URL(), "GOAT_TOKEN=word")
	if status, _ := b.get("/push"); status != http.StatusUnauthorized {
		t.Errorf("got %d without the token, want 401", status)
	}
	if status, body := b.get("/push", "Authorization", "Bearer word"); status != http.StatusOK {
		t.Errorf("got %d and %q with the token, want 200", status, body)
	}
	c := startApplication(t, exe)
	if status, body := c.get("/push"); status != http.StatusServiceUnavailable || !strings.Contains(body, "GOAT_HUB") {
		t.Errorf("got %d and %q without a hub, want 503 and the next step", status, body)
	}

	h.kill()
	a.do("one")
	began := time.Now()
	if status, body := a.get("/push"); status != http.StatusServiceUnavailable || !strings.Contains(body, "not stored") || time.Since(began) > 25*time.Second {
		t.Errorf("got %d and %q after %v of a hub that is gone, want 503", status, body, time.Since(began))
	}
}

// A hub that hangs holds nothing up, and gets everything when it goes on. One that is
// killed and started anew, too.
func TestHubHangsAndRestarts(t *testing.T) {
	root, address := t.TempDir(), freePort(t)
	h := startProcess(t, root, "--report-addr", address)
	exe := buildShop(t, "", "")
	a, b := startApplication(t, exe, "GOAT_HUB=http://"+address), startApplication(t, exe, "GOAT_HUB=http://"+address, "POD_NAME=shop-2")
	a.do("one")
	eventually(t, "the first part", func() bool { return h.parts() == "one" && h.instanceStates()["live"] == 2 })
	h.cmd.Process.Signal(syscall.SIGSTOP)
	for range 20 {
		began := time.Now()
		a.do("two")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the application takes %v while the hub hangs", took)
		}
	}
	h.cmd.Process.Signal(syscall.SIGCONT)
	eventually(t, "the second part", func() bool { return h.parts() == "one two" })
	h.kill()
	b.do("three")
	h = startProcess(t, root, "--report-addr", address)
	eventually(t, "the third part", func() bool { return h.parts() == "one two three" })
	if states := h.instanceStates(); states["live"] != 2 {
		t.Errorf("got %v, want the two instances and no other", states)
	}
}

// The hub is away all the time that a program runs. What it leaves in GOAT_DIR is
// handed in by the next process, and by goat-hub import, in any order.
func TestLaterHub(t *testing.T) {
	address, dir := freePort(t), t.TempDir()
	exe := buildShop(t, "", "")
	env := []string{"GOAT_HUB=http://" + address, "GOAT_DIR=" + dir}
	a := startApplication(t, exe, append(env, "POD_NAME=shop-1", "GOAT_FLUSH=100ms")...)
	a.do("one")
	eventually(t, "the spool", func() bool {
		names, _ := filepath.Glob(filepath.Join(dir, "goat-instance-*.json"))
		return len(names) == 1
	})
	a.kill() // as kill -9
	b := startApplication(t, exe, append(env, "POD_NAME=shop-2")...)
	b.do("two")
	b.end()
	h := startProcess(t, t.TempDir(), "--report-addr", address)
	c := startApplication(t, exe, append(env, "POD_NAME=shop-3")...)
	c.do("three")
	eventually(t, "all parts", func() bool { return h.parts() == "one two three" })
	for range 2 {
		goatHub(t, "import", "--hub", h.URL(), dir)
	}
	states := h.instanceStates()
	if total := states["live"] + states["ended"] + states["gone"]; total != 3 || states["ended"] != 1 {
		t.Errorf("got %v, want three instances, of which one has ended in good order", states)
	}
	if stdout, stderr, code := track(t, nil, dir); code != 0 || stderr != "" || !strings.Contains(stdout, "main.go") {
		t.Errorf("goat track on the directory: got %d, %q and %s", code, stderr, stdout)
	}
}

// A job that links no net/http says so and leaves what ran; with hub: true and
// GOAT_HUB_WAIT it is pushed before it ends.
func TestJobs(t *testing.T) {
	h := startProcess(t, t.TempDir())
	for _, serve := range []string{"file", "off"} {
		dir := t.TempDir()
		a := startApplication(t, buildShop(t, "serve: "+serve+"\n", ""), "GOAT_HUB="+h.URL(), "GOAT_DIR="+dir, "ENV="+serve)
		a.do("one")
		eventually(t, "a word about it", func() bool { return strings.Contains(a.stderr.String(), "hub: true") })
		a.end()
		if n := strings.Count(a.stderr.String(), "goat"); strings.Count(a.stderr.String(), "\n") != 1 || n == 0 {
			t.Errorf("serve: %s: got %q, want one line", serve, a.stderr)
		}
		goatHub(t, "import", "--hub", h.URL(), dir)
		if states := h.instanceStates(); h.parts() != "one" && h.parts() != "one one" || states["ended"] == 0 {
			t.Errorf("serve: %s: got %q and %v, want the part of an ended run", serve, h.parts(), states)
		}
	}
	before := h.instanceStates()["ended"]
	a := startApplication(t, buildShop(t, "serve: file\nhub: true\n", ""), "GOAT_HUB="+h.URL(), "GOAT_HUB_WAIT=30s", "ENV=job")
	a.do("two")
	a.end()
	if states := h.instanceStates(); !strings.Contains(h.parts(), "two") || states["ended"] != before+1 {
		t.Errorf("got %q and %v when the job has ended, want its part and a run that has ended", h.parts(), states)
	}
	if text := a.stderr.String(); text != "" {
		t.Errorf("the job says %q, want nothing", text)
	}
	off := startApplication(t, buildShop(t, "serve: file\nhub: true\n", ""), "GOAT_HUB="+h.URL(), "GOAT_HUB_WAIT=30s", "ENV=job", "GOAT=off")
	off.do("three")
	off.end()
	if strings.Contains(h.parts(), "three") {
		t.Error("a program that is started with GOAT=off pushes")
	}
}

// A program that is built with -cover has Go's own counters at the hub, too; with a
// mode that cannot be read while it runs it says so.
func TestGoCoverage(t *testing.T) {
	h := startHub(t)
	a := startApplication(t, buildShop(t, "", "-cover -covermode=atomic"), "GOAT_HUB="+h.URL(), "GOAT_HUB_COUNTERS=1s", "GOCOVERDIR="+t.TempDir())
	covered := func() (n uint64) {
		t.Helper()
		instances := h.instances()
		if len(instances) == 0 {
			return 0
		}
		_, meta, counters, err := h.fleet.Counters(t.Context(), instances[0])
		if err != nil {
			return 0
		}
		m, err := profile.ReadMeta(meta, profile.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Profile(profile.DefaultLimits, counters)
		if err != nil {
			t.Fatal(err)
		}
		return p.Total().Covered
	}
	a.do("one")
	var one uint64
	eventually(t, "the first counters", func() bool { one = covered(); return one > 0 })
	a.do("two")
	eventually(t, "more counters", func() bool { return covered() > one })
	a.do("three")
	if status, body := a.get("/push"); status != http.StatusOK || h.parts() != "one two three" {
		t.Errorf("got %d and %q, %q at the hub, want all stored", status, body, h.parts())
	}
	testGocCalls(t, a)
	set := startApplication(t, buildShop(t, "", "-cover -covermode=set"), "GOAT_HUB="+h.URL(), "ENV=set", "GOCOVERDIR="+t.TempDir())
	set.do("one")
	if status, text := set.get("/v1/cover/profile"); status != http.StatusNotFound || !strings.Contains(text, "-covermode=atomic") {
		t.Errorf("got %d and %q of a mode that cannot be read, want 404 and the next step", status, text)
	}
	eventually(t, "a word about the mode", func() bool { return strings.Contains(set.stderr.String(), "-covermode=atomic") })
}

// instances are those of all releases.
func (h *hub) instances() (ids []string) {
	h.t.Helper()
	for _, s := range h.services() {
		for _, r := range h.releases(s.ID) {
			var list struct{ Instances []struct{ ID string } }
			h.get("/api/v1/releases/"+r.ID+"/instances", &list)
			for _, i := range list.Instances {
				ids = append(ids, i.ID)
			}
		}
	}
	return ids
}

// What goc's tools ask an agent for is what Go's own tools make of the same counters.
func testGocCalls(t *testing.T, a *application) {
	t.Helper()
	status, text := a.get("/v1/cover/profile")
	p, err := profile.Parse([]byte(text), profile.DefaultLimits)
	if status != http.StatusOK || err != nil {
		t.Fatalf("got %d, %v and %s, want a profile", status, err, text)
	}
	total := p.Total()
	if total.Covered != 8 || total.Statements != 10 || !strings.Contains(text, "example.com/shop/main.go:") {
		t.Errorf("got %+v of\n%s\nwant 8 of 10 statements of main.go", total, text)
	}
	if status, text := a.get("/v1/cover/coverage"); status != http.StatusOK || text != fmt.Sprintf("%.6f", total.Percent()/100) {
		t.Errorf("got %d and %s, want %.6f", status, text, total.Percent()/100)
	}
	if status, _ := a.get("/v1/cover/clear"); status != http.StatusMethodNotAllowed {
		t.Errorf("got %d of a GET that would clear, want 405", status)
	}
	resp, err := http.Post("http://"+a.address()+"/v1/cover/clear", "", nil)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("got %v, %v of clear, want 200", resp, err)
	}
	resp.Body.Close()
	_, text = a.get("/v1/cover/profile")
	if p, err := profile.Parse([]byte(text), profile.DefaultLimits); err != nil || p.Total().Covered >= total.Covered {
		t.Errorf("got %s once it is cleared, want less", text)
	}
}
