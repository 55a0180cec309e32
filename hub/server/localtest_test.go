package server

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// buildEcho builds the echoserver of testdata once for all tests: with Go's own
// coverage, and an agent that behaves as goc's does.
var buildEcho = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "echo")
	if err != nil {
		return "", err
	}
	echoDir = dir
	archive, err := txtar.ParseFile(filepath.Join("testdata", "goc", "echo.txtar"))
	if err != nil {
		return "", err
	}
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return "", err
		}
	}
	program := filepath.Join(dir, "goc_echoserver")
	build := exec.Command("go", "build", "-cover", "-covermode=atomic", "-coverpkg=./...", "-o", program, ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return program, nil
})

// echoDir is where buildEcho built, for TestMain to remove.
var echoDir string

// echo is a running echoserver.
type echo struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string // of the application
	agent string
	ended chan struct{}
}

// startEcho starts an echoserver that reports to a center, and waits until it serves.
func startEcho(t *testing.T, center string) *echo {
	t.Helper()
	program, err := buildEcho()
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{t: t, cmd: exec.Command(program), ended: make(chan struct{})}
	e.cmd.Env = append(os.Environ(), "CENTER="+center, "GOCOVERDIR="+t.TempDir(), "ENV=staging", "APPTYPE=apa", "REGION=th", "GIT_BRANCH=origin/master", "GIT_COMMIT=845820727e")
	e.cmd.Stderr = t.Output()
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.cmd.Process.Kill(); <-e.ended })
	lines := bufio.NewScanner(out)
	for e.url == "" || e.agent == "" {
		if !lines.Scan() {
			t.Fatal("the echoserver has ended before it served")
		}
		what, address, _ := strings.Cut(lines.Text(), " ")
		if what == "agent" {
			e.agent = address
		} else {
			e.url = address
		}
	}
	go func() { io.Copy(io.Discard, out); e.cmd.Wait(); close(e.ended) }()
	return e
}

// get asks the application.
func (e *echo) get(path, want string) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", e.url+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(text), want) {
		e.t.Errorf("%s: got %q and %v, want %q", path, text, err, want)
	}
}

// end sends SIGTERM and waits for the application's end.
func (e *echo) end() {
	e.t.Helper()
	e.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-e.ended:
	case <-time.After(60 * time.Second):
		e.t.Fatal("the application does not end")
	}
	if code := e.cmd.ProcessState.ExitCode(); code != 0 {
		e.t.Errorf("the application ended with %d", code)
	}
}

// The local test of goc's plugin: a center, two real echoservers, goc's commands and
// calls. One of them ends in good order, the other by kill -9; what ran in both is
// there afterwards.
func TestLocalTest(t *testing.T) {
	h := startProcess(t, t.TempDir(), "--measure", "1s", "--lease", "4s", "--agent-timeout", "3s")
	center := h.CenterURL()
	run := func(args ...string) string { return goatHub(t, append(args, "--center", center)...) }
	one, two := startEcho(t, center), startEcho(t, center)

	// Check register service.
	if got := run("list"); !strings.Contains(got, "NAME") || !strings.Contains(got, echoName+"  "+one.agent) || !strings.Contains(got, echoName+"  "+two.agent) {
		t.Errorf("got\n%s\nwant both", got)
	}
	if got, want := run("list", "--json"), `{"`+echoName+`":["`+one.agent+`","`+two.agent+`"]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	// Test echoserver api.
	one.get("/ping", "pong")
	one.get("/mirror?name=foo", "foo")
	two.get("/", "echo")

	// Goc API.
	if a := h.goc("POST", "//v1/cover/register?name=staging_th_apa_goc_echoserver_v1&address=http://127.0.0.1:49971", ""); a.body != `{"result":"success"}` {
		t.Errorf("got %d and %s", a.status, a.body)
	}
	if a := h.goc("POST", "/v1/cover/remove", `{"service":["staging_th_apa_goc_echoserver_v1"]}`); a.body != "Register service http://127.0.0.1:49971 removed from the center." {
		t.Errorf("got %d and %s", a.status, a.body)
	}
	out := filepath.Join(t.TempDir(), "out") + "/"
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	run("profile", "--service", echoName, "--coverfile", "mirror", "-o", out)
	if text, err := os.ReadFile(out + "coverage.cov"); err != nil || !strings.HasPrefix(string(text), "mode: atomic\nexample.com/echo/mirror/mirror.go:") || strings.Contains(string(text), "main.go") {
		t.Errorf("got %s and %v, want the mirror's blocks", text, err)
	}

	// Both end. What ran is there.
	one.end()
	if got := run("list", "--json"); got != `{"`+echoName+`":["`+two.agent+`"]}` {
		t.Errorf("got %s, want the second one alone", got)
	}
	run("profile") // the hub has it now, as from a pull
	two.cmd.Process.Kill()
	until(t, "off the list", func() bool { return run("list", "--json") == "{}" })
	var r releaseJSON
	for _, s := range h.services() {
		if s.App == "goc_echoserver" && s.Env == "staging" {
			r = h.releases(s.ID)[0]
		}
	}
	if r.State != "last-seen" || r.Instances["ended"] != 1 || r.Instances["gone"] != 1 {
		t.Errorf("got %+v, want last-seen, one ended and one gone", r)
	}
	text := h.call("GET", "/api/v1/releases/"+r.ID+"/profile", nil).body
	for _, want := range []string{"handlePing", "mirror.Mirror", "handleRoot"} {
		if !ranIn(t, text, want) {
			t.Errorf("%s has not run in\n%s", want, text)
		}
	}
}

// ranIn says whether the first block of a function of the echoserver ran, by the line of
// its declaration.
func ranIn(t *testing.T, text, function string) bool {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "goc", "echo.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	_, name, qualified := strings.Cut(function, ".")
	if !qualified {
		name = function
	}
	for _, f := range archive.Files {
		for n, line := range strings.Split(string(f.Data), "\n") {
			if !strings.HasPrefix(line, "func "+name+"(") {
				continue
			}
			for block := range strings.Lines(text) {
				if strings.HasPrefix(block, "example.com/echo/"+f.Name+":"+strconv.Itoa(n+1)+".") {
					return !strings.HasSuffix(strings.TrimSpace(block), " 0")
				}
			}
		}
	}
	return false
}
