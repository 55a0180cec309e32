package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/cli"
	"github.com/goat-trace/goat/internal/terminal/terminaltest"
)

// TestMain makes the test binary the goat command if a test needs it as a process
// of its own.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_OF_CLI") == "goat" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
	}
	os.Exit(m.Run())
}

// screen collects what a program prints on a terminal.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) follow(control *os.File) {
	buffer := make([]byte, 4096)
	for {
		n, err := control.Read(buffer)
		s.mu.Lock()
		s.text.Write(buffer[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the screen's text has a string after the offset from, and
// returns the offset after that string.
func (s *screen) waitFor(t *testing.T, from int, want string) int {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if text := s.String(); len(text) > from {
			if i := strings.Index(text[from:], want); i >= 0 {
				return from + i + len(want)
			}
		}
	}
	t.Fatalf("got %q on the terminal, want %q after byte %d", s.String(), want, from)
	return 0
}

// TestWatch watches a process that hits a point, goes away and comes back, and is interrupted.
func TestWatch(t *testing.T) {
	t.Parallel()
	var body atomic.Value
	body.Store(trackJSON)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if text := body.Load().(string); text != "" {
			fmt.Fprint(w, text)
			return
		}
		http.Error(w, "away", http.StatusServiceUnavailable)
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")

	control, terminal := terminaltest.Open(t, 60, 6)
	cmd := exec.Command(os.Args[0], "track", "-watch", "-source=false", addr)
	cmd.Env = append(os.Environ(), "TEST_OF_CLI=goat", "NO_COLOR=1")
	cmd.Stdout, cmd.Stderr = terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	var shown screen
	go shown.follow(control)

	at := shown.waitFor(t, 0, "\x1b[?1049h") // the alternate screen
	at = shown.waitFor(t, at, "app v2 (commit not known): 1 of 2 points covered (50%)")
	at = shown.waitFor(t, at, "… 3 more lines") // six lines are too few
	body.Store(strings.Replace(strings.Replace(trackJSON, `"count":0`, `"count":3`, 1), `"covered":1,"coveredRate":50`, `"covered":2,"coveredRate":100`, 1))
	at = shown.waitFor(t, at, "app v2 (commit not known): 2 of 2 points covered (100%)")
	body.Store("")
	at = shown.waitFor(t, at, "503 Service Unavailable")
	body.Store(trackJSON)
	at = shown.waitFor(t, at, "1 of 2 points covered (50%)")

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v after Ctrl-C, want success", err)
	}
	at = shown.waitFor(t, at, "\x1b[?1049l")
	at = shown.waitFor(t, at, "1 of 2 points covered (50%)")
	shown.waitFor(t, at, "✗      0  \"pay\\x1b.go:9\"") // the last state stays, whole
}

// TestWatchElsewhere: watching is for terminals.
func TestWatchElsewhere(t *testing.T) {
	got := goat("track", "-watch", "127.0.0.1:1")
	if got.Code != 2 || !strings.Contains(got.Stderr, "-watch is for a terminal") {
		t.Errorf("got %+v, want exit code 2 and the reason", got)
	}
}
