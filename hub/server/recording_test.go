package server

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/trace"
)

// recordedSource is a program that takes many steps for each line of its input.
const recordedSource = `package main

import (
	"bufio"
	"fmt"
	"os"
)

func work(n int) (sum int) {
	for i := range n {
		sum += i
	}
	return sum
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fmt.Println(work(20000))
	}
}
`

// TestRecordingReachesTheHub: a program whose steps are recorded sends them to the hub,
// also to one that is killed and comes back. At the end of the program all of them are
// there, and the run says that it is whole.
func TestRecordingReachesTheHub(t *testing.T) {
	exe, err := buildModule(map[string]string{
		"go.mod": "module example.com/recorded\n\ngo 1.26\n", "goat.yaml": "trace: {scope: ./..., values: true}\nhub: true\n", "main.go": recordedSource,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	const lines = 6
	run := func(between func(i int), env ...string) {
		a := startApplication(t, exe, env...)
		out := bufio.NewReader(a.out)
		for i := range lines {
			fmt.Fprintln(a.in, "work")
			if text, err := out.ReadString('\n'); err != nil || text != "199990000\n" {
				t.Fatalf("got %q, %v", text, err)
			}
			between(i)
		}
		a.in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := a.cmd.Wait(); err != nil {
			t.Errorf("got %v, want the program's own end", err)
		}
	}

	dir := t.TempDir()
	run(func(int) {}, "GOAT_TRACE_DIR="+dir)
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	want, err := trace.Open(names[0])
	if err != nil {
		t.Fatal(err)
	}

	root, port := t.TempDir(), freePort(t)
	h := startProcess(t, root, "--report-addr", port)
	run(func(i int) {
		switch i {
		case 1, 3:
			h.kill()
		case 2, 4:
			h = startProcess(t, root, "--report-addr", port)
		}
	}, "GOAT_HUB=http://"+port, "GOAT_TRACE=start", "GOAT_HUB_WAIT=1m", "GOAT_DIR="+t.TempDir())
	runs := h.sentRuns()
	if len(runs) != 1 || runs[0].EndedAt == nil || runs[0].LaunchMethod != "main" || runs[0].Traces != len(want.Traces) {
		t.Fatalf("got runs %+v, want one that has ended, with %d traces", runs, len(want.Traces))
	}
	if got := runs[0].Steps; got != want.Traces[0].Steps {
		t.Errorf("got %d steps, want %d", got, want.Traces[0].Steps)
	}
	var stored struct {
		Traces []struct {
			Trace    uint64
			Segments [][2]uint64
		}
	}
	h.get("/api/v1/runs/"+runs[0].RunID+"/segments", &stored)
	if len(stored.Traces) != 1 || len(stored.Traces[0].Segments) != 1 || stored.Traces[0].Segments[0][0] != 1 {
		t.Errorf("got segments %+v, want those of one trace without a gap", stored)
	}

	// A run that is deleted while it is recorded is recorded no longer.
	a := startApplication(t, exe, "GOAT_HUB=http://"+port, "GOAT_TRACE=start", "GOAT_DIR="+t.TempDir())
	out := bufio.NewReader(a.out)
	for deadline := time.Now().Add(time.Minute); len(runs) < 2; time.Sleep(50 * time.Millisecond) {
		runs = h.sentRuns()
		if time.Now().After(deadline) {
			t.Fatal("the second run does not arrive")
		}
	}
	for _, r := range runs {
		if r.EndedAt == nil {
			if got := h.call("DELETE", "/api/v1/runs/"+r.RunID, nil); got.status != 200 && got.status != 204 {
				t.Fatalf("deleting the run: got %d %s", got.status, got.body)
			}
		}
	}
	for range 40 { // more than one cache
		fmt.Fprintln(a.in, "work")
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	a.in.Close()
	if err := a.cmd.Wait(); err != nil || strings.Contains(a.stderr.String(), "panic") {
		t.Errorf("got %v and %q, want the program's own end", err, a.stderr.String())
	}
	runs = h.sentRuns()
	if len(runs) != 1 {
		t.Errorf("got %d runs, want the one that was not deleted", len(runs))
	}
}

type sentRun struct {
	RunID, LaunchMethod string
	EndedAt             *time.Time
	Steps               uint64
	Traces              int
}

// sentRuns returns the runs that the hub has.
func (h *hub) sentRuns() []sentRun {
	h.t.Helper()
	var list struct{ Runs []sentRun }
	h.get("/api/v1/runs", &list)
	return list.Runs
}
