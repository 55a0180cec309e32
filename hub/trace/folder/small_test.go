package folder_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/trace/folder"
	"github.com/goat-trace/goat/hub/trace/relations"
	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// The large trace of TestSmallMemory: a loop whose rounds each give a variable a
// long string. The first step writes a variable that nothing else writes.
const (
	smallEnv   = "GOAT_TEST_SMALL"
	smallLimit = 96 << 10 // KiB of data that the process may have
	largeParts = 980      // segments of about a MiB
	perPart    = 1050     // rounds
)

// TestSmallMemory asks for relations in a trace that is ten times as large as the
// memory that the process may have.
func TestSmallMemory(t *testing.T) {
	if dir := os.Getenv(smallEnv); dir != "" {
		askSmall(t, dir)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("ulimit -d limits the memory of a Go program on Linux alone")
	}
	dir := t.TempDir()
	if size := writeLarge(t, dir); size < 10*smallLimit<<10 {
		t.Fatalf("the trace has %d bytes, want ten times %d KiB", size, smallLimit)
	}
	c := exec.Command("sh", "-c", `ulimit -d 98304 && exec "$0" -test.run='^TestSmallMemory$' -test.v`, os.Args[0])
	c.Env = append(os.Environ(), smallEnv+"="+dir, "GOMEMLIMIT=40MiB", "GOMAXPROCS=2")
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "asked in little memory") {
		t.Errorf("%v\n%s", err, out)
	}
}

func askSmall(t *testing.T, dir string) {
	store, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	run, err := relations.New(store, 4<<20).Run(ctx, "1")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := run.Trace(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	last := tr.Last()
	for _, n := range []uint64{2, last / 2, last} {
		s, err := tr.Step(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Reads {
			want := n - 1
			if r.Name == "first" {
				want = 1
			}
			if r.Step != want || !r.Known {
				t.Errorf("step %d: %s was written by step %d, want %d; known: %v", n, r.Name, r.Step, want, r.Known)
			}
		}
		if n > 2 && s.ControlDominator != n-1 {
			t.Errorf("step %d depends on %d, want %d", n, s.ControlDominator, n-1)
		}
	}
	t.Logf("%d steps asked in little memory", last)
}

// writeLarge writes the folder of a run, and returns the size of its segments.
func writeLarge(t *testing.T, dir string) int64 {
	t.Helper()
	table := &steps.Table{Version: steps.TableVersion, Package: "example.com/p", Files: []string{"p.go"}, Functions: []steps.Function{{
		Name:      "main",
		Variables: []steps.Variable{{Name: "first", Kind: "local"}, {Name: "text", Kind: "local"}},
		Locations: []steps.Location{{Kind: "stmt", Line: 1, Writes: []int{0, 1}}, {Kind: "round", Line: 2, Reads: []int{0, 1}, Writes: []int{1}, Controls: []int{1}}},
	}}}
	data, digest, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	const id = "000102030405060708090a0b0c0d0e0f"
	description, err := json.Marshal(map[string]any{
		"version": wire.Version, "runId": id, "createdAt": "2026-01-02T03:04:05Z", "endedAt": "2026-01-02T03:04:06Z", "values": true,
		"packages": []map[string]any{{"first": 0, "functions": 1, "table": digest}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "tables"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{steps.RunFile: description, "tables/" + digest: data} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	prefix, err := (&steps.Description{RunID: id}).Prefix()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(dir, "segments-0001.goatseg"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text := strings.Repeat("x", 1000)
	head := wire.Head{Run: prefix, Trace: 1, Goroutine: 1, First: 1}
	var size int64
	for part := range largeParts {
		events := wire.AppendEvent(nil, wire.EventOpen, 1, 1, 0)
		if part == 0 {
			events = wire.AppendEvent(wire.AppendEvent(nil, wire.EventOpen, 0, 0), wire.EventEnter, 0)
			events = wire.AppendInt(wire.AppendEvent(wire.AppendStep(events, 0), wire.EventValue, 0), 7)
			events = wire.AppendString(wire.AppendEvent(events, wire.EventValue, 1), text, 1000)
		}
		head.Steps = perPart
		rounds := perPart
		if part == 0 { // the first step is no round
			rounds--
		}
		for range rounds {
			events = wire.AppendString(wire.AppendEvent(wire.AppendStep(events, 1), wire.EventValue, 1), text, 1000)
		}
		head.Number++
		segment := wire.AppendSegment(nil, head, events)
		if _, err := file.Write(segment); err != nil {
			t.Fatal(err)
		}
		size += int64(len(segment))
		head.First += head.Steps
	}
	return size
}
