package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/goat-trace/goat/internal/terminal/terminaltest"
)

// TestGateOnTerminal waits for a process that has first run half and then all. A
// line shows the progress, and is gone when the verdict comes.
func TestGateOnTerminal(t *testing.T) {
	t.Parallel()
	var all atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text := strings.Replace(trackJSON, `"results"`, `"build":{"package":"example.com/app","commit":"c1","base":"v1","baseCommit":"b1","source":"blame","granularity":"patch"},"results"`, 1)
		if all.Load() {
			text = strings.Replace(strings.Replace(text, `"count":0`, `"count":3`, 1), `"covered":1,"coveredRate":50`, `"covered":2,"coveredRate":100`, 1)
		}
		fmt.Fprint(w, text)
	}))
	defer server.Close()
	control, terminal := terminaltest.Open(t, 80, 24)
	cmd := exec.Command(os.Args[0], "gate", "-min", "100", "-timeout", "2m", strings.TrimPrefix(server.URL, "http://"))
	cmd.Env = append(os.Environ(), "TEST_OF_CLI=goat", "NO_COLOR=1")
	cmd.Stdout, cmd.Stderr = terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	var shown screen
	go shown.follow(control)
	at := shown.waitFor(t, 0, "\rgoat gate: ")
	at = shown.waitFor(t, at, "1 of 2 points covered, ")
	all.Store(true)
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v, want the gate passed; it says %q", err, shown.String())
	}
	at = shown.waitFor(t, at, "\r\x1b[K") // the line is gone
	shown.waitFor(t, at, "passed")
}
