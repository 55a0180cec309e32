// Package trace is the tracer's runtime: it records which steps the functions in
// a program's trace scope take, in which order and with which values. goat-exec
// links it into programs that are built with the setting trace.
//
// In: the calls of generated code (see hooks.go), and variables, read by Start.
//
//	GOAT_TRACE         start, first-hit, count or off
//	GOAT_TRACE_DIR     the directory, in which each run gets a folder
//	GOAT_TRACE_VALUES  whether values are recorded, too
//	GOAT_TRACE_STEPS, _BYTES, _FOR, _EVERY, _ROUNDS, _DEPTH, _RATE, _POLICY
//	                   limits, see limits.go
//	GOAT_HUB, GOAT_DIR where recordings go without GOAT_TRACE_DIR
//
// and requests, which rt/trace/page hands on (Begin, End, State).
//
// Out: segments (rt/trace/wire) of the steps of each goroutine, handed to a Sink;
// and what a reader has to know about the run and its packages. internal/trace
// reads both.
//
//   - tracer.go: ExecutionTracer, a recording
//   - store.go: TracerStore, which maps goroutines to recorders
//   - recorder.go: TraceRecorder, which writes the steps of one goroutine
//   - direct.go: what of a recorder generated code writes to
//   - value.go: how values are written; text.go: how people read them
//   - share.go: what the recorders share: limits and types
//   - sink.go, folder.go, queue.go, output.go: where segments go; rt/trace/uplink
//     sends them to a hub
//   - count.go: a sink that counts what a recording would hold
//   - hooks.go: what generated code calls
//   - start.go: the variables, and what begins and ends recordings
//   - recording.go, describe.go: one recording of this process, and its run.json
//   - limits.go, silence.go, rounds.go: when a recording ends, and what is left out
//     of it
//   - await.go, firsthit.go: recordings of calls in which a point runs for the first
//     time
//   - spawn.go: which step has started a goroutine, and that it ends
//   - sweep.go: writes caches once a second
//   - goid.go: which goroutine it is
//
// An ExecutionTracer has a TracerStore, the store has TraceRecorders, and a
// recorder has its sink. None of them knows its owner. There may be several tracers
// in a process. Generated code reaches the current one (hooks.go).
//
// # What it cannot do
//
// It records only what generated code tells it. It does not see what happens in
// other code, in assembly, or through reflect or unsafe. It does not read what
// pointers point to, because another goroutine may be writing it. It knows that a
// goroutine ends only if a step of traced code has started it.
//
// The caches are written when the program ends by itself: when main returns, at
// os.Exit, and at a panic through traced code. If a signal or the Go runtime ends
// the process, the caches are lost; what was written before stays readable.
package trace
