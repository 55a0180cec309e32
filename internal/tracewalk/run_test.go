package tracewalk

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	rttrace "github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"

	"github.com/goat-trace/goat/internal/trace"
)

// hostile is a value that would do something to a terminal.
const hostile = "\x1b[2J\x1b]0;title\x07\u202e\u009b31m"

// table is of a package with a function main that calls work.
func table() *trace.Table {
	variables := []trace.Variable{{Name: "n", Type: "int", Kind: "local"}, {Name: "text", Type: "string", Kind: "local"}}
	locations := []trace.Location{{Kind: "stmt", Line: 10, EndLine: 10}, {Kind: "stmt", Line: 11, EndLine: 11}, {Kind: "if", Line: 12, EndLine: 12}}
	return &trace.Table{Version: trace.TableVersion, Package: "example.com/app", Module: "example.com/app", Files: []string{"main.go"}, Functions: []trace.Function{
		{Name: "main", Line: 9, EndLine: 20, Variables: variables, Locations: locations, Params: []int{}},
		{Name: "work", Line: 30, EndLine: 40, Variables: variables, Locations: locations, Params: []int{0}},
	}}
}

// record writes a run of main, which calls work so many times, into a folder. Each
// call takes three steps.
func record(tb testing.TB, calls, cache int) *trace.Run {
	tb.Helper()
	dir := tb.TempDir()
	data, digest, err := table().Encode()
	if err != nil {
		tb.Fatal(err)
	}
	id := rttrace.RunID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	sink := new(rttrace.Memory)
	tr := rttrace.NewTracer(id, sink, rttrace.Options{Values: true, CacheLimit: cache}, nil)
	r := tr.Recorder()
	value := func(variable uint32, v any) { r.Value(wire.EventValue, variable, false, unsafe.Pointer(&v)) }
	r.Enter(0)
	r.Step(0)
	value(1, hostile)
	for i := range calls {
		r.Step(1)
		r.Enter(1)
		value(0, i)
		r.Step(0)
		value(0, i*10)
		r.Step(2)
		r.Event(wire.EventTrue)
		r.Event(wire.EventReturn)
		r.Leave()
		value(0, i)
	}
	r.Event(wire.EventReturn)
	r.Leave()
	if err := tr.Close(); err != nil {
		tb.Fatal(err)
	}
	run := fmt.Sprintf(`{"version": %d, "runId": "0102030405060708090a0b0c0d0e0f10", "launchClass": "example.com/app", "packages": [{"first": 0, "functions": 2, "table": %q}]}`, wire.Version, digest)
	for name, text := range map[string][]byte{trace.RunFile: []byte(run), "segments-0001.goatseg": sink.Segments(), "tables/" + digest: data} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	opened, err := trace.Open(dir)
	if err != nil || len(opened.Problems) > 0 {
		tb.Fatal(err, opened.Problems)
	}
	return opened
}
