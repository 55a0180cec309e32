package traceview

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/goat-trace/goat/internal/trace"
	rttrace "github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// hostile is a value that tries to end what it stands in.
const hostile = "'); MATCH (n) DETACH DELETE n; //\\' \"\x1b[2J\n\u2028"

// recorded returns a run of main, which calls work twice; the second call has not
// ended.
func recorded(t *testing.T) *trace.Run {
	t.Helper()
	variables := []trace.Variable{{Name: "n", Type: "int", Kind: "local"}, {Name: "text", Type: "string", Kind: "local"}}
	locations := []trace.Location{{Kind: "stmt", Line: 10, EndLine: 10}, {Kind: "if", Line: 12, EndLine: 12}}
	table := &trace.Table{Version: trace.TableVersion, Package: "example.com/app", Module: "example.com/app", Files: []string{"main.go"}, Functions: []trace.Function{
		{Name: "main", Line: 9, EndLine: 20, Variables: variables, Locations: locations},
		{Name: "work", Line: 30, EndLine: 40, Variables: variables, Locations: locations, Params: []int{0}, Results: []trace.Result{{Type: "int", Variable: -1}}},
	}}
	data, digest, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sink := new(rttrace.Memory)
	tr := rttrace.NewTracer(rttrace.RunID{1: 1}, sink, rttrace.Options{Values: true}, nil)
	r := tr.Recorder()
	value := func(event byte, n uint32, v any) { r.Value(event, n, false, unsafe.Pointer(&v)) }
	r.Enter(0)
	r.Step(0)
	value(wire.EventValue, 1, hostile)
	r.Enter(1)
	value(wire.EventValue, 0, 7)
	r.Step(1)
	r.Event(wire.EventTrue)
	value(wire.EventResult, 0, 1.5)
	r.Event(wire.EventReturn)
	r.Leave()
	value(wire.EventValue, 0, true)
	r.Enter(1)
	r.Step(0)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := fmt.Sprintf(`{"version": %d, "runId": "00010000000000000000000000000000", "launchClass": %q, "packages": [{"first": 0, "functions": 2, "table": %q}]}`, wire.Version, hostile, digest)
	run = strings.ReplaceAll(run, `\x1b`, `\u001b`)
	for name, text := range map[string][]byte{trace.RunFile: []byte(run), "s.goatseg": sink.Segments(), "tables/" + digest: data} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := trace.Open(dir)
	if err != nil || len(opened.Problems) > 0 {
		t.Fatal(err, opened)
	}
	return opened
}

// TestChrome holds the export against the rules of the trace event format: calls of a
// thread lie in each other, each that begins ends, and times never go back.
func TestChrome(t *testing.T) {
	var b bytes.Buffer
	if err := Chrome(&b, recorded(t)); err != nil {
		t.Fatal(err)
	}
	var events []struct {
		Name, Ph string
		Ts       float64
		Pid      *int
		Tid      uint64
		Args     map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &events); err != nil {
		t.Fatalf("got %v of %s, want a JSON array", err, b.String())
	}
	open, last, calls := map[uint64][]string{}, map[uint64]float64{}, 0
	for _, e := range events {
		if e.Pid == nil {
			t.Errorf("event %+v has no pid", e)
		}
		if e.Ph == "M" {
			if e.Name != "thread_name" || e.Args["name"] == nil {
				t.Errorf("got metadata %+v, want a thread's name", e)
			}
			continue
		}
		if e.Ts < last[e.Tid] {
			t.Errorf("event %+v is before %v", e, last[e.Tid])
		}
		last[e.Tid] = e.Ts
		stack := open[e.Tid]
		switch e.Ph {
		case "B":
			calls++
			open[e.Tid] = append(stack, e.Name)
		case "E":
			if len(stack) == 0 || e.Name != "" && stack[len(stack)-1] != e.Name {
				t.Fatalf("event %+v ends none of %q", e, stack)
			}
			open[e.Tid] = stack[:len(stack)-1]
		default:
			t.Errorf("got event %+v, want calls alone", e)
		}
	}
	for tid, stack := range open {
		if len(stack) > 0 {
			t.Errorf("thread %d: %q do not end", tid, stack)
		}
	}
	if calls != 3 {
		t.Errorf("got %d calls, want 3", calls)
	}
}

// TestCypher: each line is one statement, whatever the values are.
func TestCypher(t *testing.T) {
	var b bytes.Buffer
	if err := Cypher(&b, recorded(t)); err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]int)
	for line := range strings.Lines(b.String()) {
		outside, quoted, escaped := "", false, false
		for _, r := range strings.TrimSuffix(line, "\n") {
			switch {
			case escaped:
				escaped = false
			case quoted && r == '\\':
				escaped = true
			case r == '\'':
				quoted = !quoted
			case !quoted:
				outside += string(r)
			}
		}
		if quoted || !strings.HasSuffix(outside, ";") || strings.Count(outside, ";") != 1 || strings.Contains(outside, "DELETE") {
			t.Errorf("got %q, want one statement: outside of quotes it is %q", line, outside)
		}
		for _, kind := range []string{"(:Step ", "-[:NEXT]->", "-[:CALLED_BY]->", "-[:WROTE]->", "(:Run ", "(:Trace ", "met: true"} {
			kinds[kind] += strings.Count(outside, kind)
		}
	}
	for kind, want := range map[string]int{"(:Step ": 3, "-[:NEXT]->": 2, "-[:CALLED_BY]->": 2, "-[:WROTE]->": 2, "(:Run ": 1, "(:Trace ": 1, "met: true": 1} {
		if kinds[kind] != want {
			t.Errorf("got %d of %q, want %d:\n%s", kinds[kind], kind, want, b.String())
		}
	}
}

// TestCodeTracer: what an event names by number has been defined before it.
func TestCodeTracer(t *testing.T) {
	r := recorded(t)
	dir := filepath.Join(t.TempDir(), "out")
	if err := CodeTracer(dir, r, r.Traces[0], nil); err != nil {
		t.Fatal(err)
	}
	var events []map[string]json.RawMessage
	var paths []string
	for name, into := range map[string]any{"trace.json": &events, "trace_paths.json": &paths, "trace_metadata.json": new(map[string]any)} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
	}
	count := make(map[string]int)
	for i, e := range events {
		for name, body := range e {
			var fields map[string]any
			_ = json.Unmarshal(body, &fields) // names are texts alone
			checkNumbers(t, i, fields, count)
			count[name]++
		}
	}
	if count["Path"] != len(paths) || count["Step"] != 3 || count["Call"] != 4 || count["Return"] != 1 || count["Value"] != 2 {
		t.Errorf("got %v and the paths %q, want 3 steps, 4 calls, 1 return and 2 values", count, paths)
	}
	if err := CodeTracer(dir, r, r.Traces[0], nil); err == nil || !strings.Contains(err.Error(), "name one that is not there") {
		t.Errorf("got %v for a folder that is there, want what to do", err)
	}
}

func checkNumbers(t *testing.T, i int, fields map[string]any, count map[string]int) {
	t.Helper()
	for field, of := range map[string]string{"path_id": "Path", "function_id": "Function", "variable_id": "VariableName", "type_id": "Type"} {
		if n, ok := fields[field].(float64); ok && int(n) >= count[of] {
			t.Errorf("event %d: %s is %v, and there are only %d", i, field, n, count[of])
		}
	}
	for _, v := range fields {
		switch v := v.(type) {
		case map[string]any:
			checkNumbers(t, i, v, count)
		case []any:
			for _, part := range v {
				if part, ok := part.(map[string]any); ok {
					checkNumbers(t, i, part, count)
				}
			}
		}
	}
}
