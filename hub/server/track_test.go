package server

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// goatCommand builds the goat command once.
var goatCommand = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "goat-of-test-")
	if err != nil {
		return "", err
	}
	ofTests = append(ofTests, dir)
	exe := filepath.Join(dir, "goat")
	cmd := exec.Command("go", "build", "-o", exe, "./cmd/goat")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return exe, nil
})

// track runs goat track with variables, and returns what it prints and its exit code.
func track(t testing.TB, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return runGoat(t, t.TempDir(), env, append([]string{"track"}, args...)...)
}

// runGoat runs a goat command in a directory.
func runGoat(t testing.TB, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	exe, err := goatCommand()
	if err != nil {
		t.Fatalf("building goat: %v", err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Dir = dir
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // the exit code says it
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A hub is a place like any other: goat track shows what all processes of a service
// ran, also those that have ended, by the merge and the filters of all places.
func TestTrackHub(t *testing.T) {
	tokens := filepath.Join(t.TempDir(), "tokens")
	write(t, tokens, "app push * 0123456789abcdef0\nci read * 0123456789abcdef1\n")
	h := startProcess(t, t.TempDir(), "--token-file", tokens)
	exe := buildShop(t, "components:\n  work: [./...]\n", "")
	env := []string{"GOAT_HUB=" + h.URL(), "GOAT_HUB_TOKEN=0123456789abcdef0"}
	var last *application
	for i, parts := range [][]string{{"one"}, {"one", "two"}, {}} {
		last = startApplication(t, exe, append(env, "POD_NAME=shop-"+string(rune('1'+i)))...)
		last.do(append([]string{"zero"}, parts...)...)
		if status, body := last.get("/push"); status != 200 {
			t.Fatalf("got %d and %q, want it stored", status, body)
		}
	}
	last.kill()
	other := startApplication(t, exe, append(env, "ENV=prod", "GIT_COMMIT=1111111111111111111111111111111111111111")...)
	other.do("three")
	other.get("/push")

	reader := []string{"GOAT_HUB_TOKEN=0123456789abcdef1"}
	hub := []string{"-hub", h.URL(), "-service", "shop"}
	staging := append(hub, "-env", "staging")
	check := func(args []string, code int, wantOut, wantErr string, without ...string) {
		t.Helper()
		stdout, stderr, got := track(t, reader, args...)
		if got != code || !strings.Contains(stdout, wantOut) || !strings.Contains(stderr, wantErr) {
			t.Errorf("goat track %s: got %d, %q on standard error, and\n%s\nwant %d, %q and %q", strings.Join(args, " "), got, stderr, stdout, code, wantErr, wantOut)
		}
		for _, text := range without {
			if strings.Contains(stdout, text) {
				t.Errorf("goat track %s: got %q in\n%s", strings.Join(args, " "), text, stdout)
			}
		}
	}
	check(staging, 0, "2 of 3", "")
	check(staging, 0, "1 of 3", "", "1111111")
	check(append(staging, "-covered=true", "-func", "do"), 0, "2 of 3", "", "never")
	check(append(staging, "-by", "component"), 0, "work", "")
	check(append(staging, "-component", "work", "-by", "package"), 0, "example.com/shop", "")
	check(append(staging, "-commit", "845820"), 0, "845820", "")
	check(append(hub, "-commit", "1111", "-env", "prod"), 0, "8 of 13", "", "845820")
	check(append(staging, "-fail-under", "99"), 1, "", "less than 99%")
	check([]string{"-hub", h.URL(), "-service", "staging_th_shop"}, 0, "2 of 3", "")
	check(append(staging, "-commit", "9999"), 1, "", "845820727e8f1b0a2c3d4e5f60718293a4b5c6d7")
	check(append(staging, "-version", "v9"), 1, "", "no such release")
	check(hub, 1, "", "prod_th_shop")
	check([]string{"-hub", h.URL(), "-service", "shp"}, 1, "", "it knows prod_th_shop")
	check([]string{"-hub", h.URL()}, 2, "", "-service shop")
	check([]string{"-service", "shop"}, 2, "", "-hub http://hub:8089")
	check([]string{"-hub", "http://" + freePort(t), "-service", "shop", "-fail-under", "1"}, 2, "", "goat-hub serve")
	check([]string{"-hub", "ftp://x", "-service", "shop"}, 1, "", "http://hub:8089")
	check([]string{"-hub", "http://" + other.address(), "-service", "shop"}, 1, "", "probably no hub")
	if _, stderr, code := track(t, []string{"GOAT_HUB_TOKEN="}, staging...); code != 1 || !strings.Contains(stderr, "GOAT_HUB_TOKEN") {
		t.Errorf("got %d and %q without a token, want it asked for", code, stderr)
	}

	// The same with JSON, through a proxy with TLS of a private authority.
	u, err := url.Parse(h.URL())
	if err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(u))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})))
	stdout, stderr, code := track(t, append(reader, "GOAT_HUB_CA="+ca), "-hub", secure.URL, "-service", "shop", "-env", "staging", "-json")
	var all struct {
		Releases []struct {
			Processes []struct{ Host string }
		}
	}
	if err := json.Unmarshal([]byte(stdout), &all); code != 0 || err != nil || len(all.Releases) != 1 || len(all.Releases[0].Processes) != 3 {
		t.Errorf("got %d, %v, %q and %.300s, want JSON with three processes", code, err, stderr, stdout)
	}
	if _, stderr, code := track(t, reader, "-hub", secure.URL, "-service", "shop", "-env", "staging"); code != 1 || !strings.Contains(stderr, "GOAT_HUB_CA") {
		t.Errorf("got %d and %q without the authority, want the variable named", code, stderr)
	}
}
