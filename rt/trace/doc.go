// Package trace is the tracer's runtime: it records which steps the functions in
// a program's trace scope take, in which order and with which values. goat-exec
// links it into programs that are built with the setting trace.
//
// In: the calls of generated code (see hooks.go), and variables, read by Start.
//
//	GOAT_TRACE         start or off
//	GOAT_TRACE_DIR     the directory, in which each run gets a folder
//	GOAT_TRACE_VALUES  whether values are recorded, too
//	GOAT_TRACE_STEPS   how many steps end the recording
//	GOAT_TRACE_BYTES   how many bytes
//	GOAT_TRACE_POLICY  block or drop
//
// Out: segments (rt/trace/wire) of the steps of each goroutine, handed to a Sink;
// and what a reader has to know of the run and of its packages. internal/trace
// reads them.
//
//   - tracer.go: ExecutionTracer, a recording
//   - store.go: TracerStore, which maps goroutines to recorders
//   - recorder.go: TraceRecorder, which writes the steps of one goroutine
//   - value.go: how values are written
//   - share.go: what the recorders share: limits and types
//   - sink.go, folder.go, queue.go: where segments go
//   - hooks.go: what generated code calls
//   - start.go: the variables, and the recording of this process
//   - goid.go: which goroutine it is
//
// An ExecutionTracer has a TracerStore, the store has TraceRecorders, and a recorder
// has its sink; none of them knows what holds it. There may be several tracers in a
// process. Generated code reaches the one that is current (hooks.go).
//
// # What it cannot do
//
// It records what generated code tells it. What happens in other code, by
// assembly, through reflect or unsafe, is not seen. Of what pointers lead to it
// reads nothing: another goroutine may be writing it. It does not know when a
// goroutine ends.
//
// What is cached is written when the program ends by itself: main returns, os.Exit,
// and a panic through traced code. A signal and the end of the process by the Go
// runtime lose it; what was written before is whole.
package trace
