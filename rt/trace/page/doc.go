// Package page lets people begin and end the recording of a running program.
//
// In: requests, which rt/serve hands on from those who may ask for /push. goat-exec
// links the package into programs that serve and whose steps can be recorded, and sets
// serve.Trace to Serve.
//
//	GET  /trace        what is recorded
//	POST /trace/start  begins a recording; its limits are parameters: for, steps, bytes,
//	                   values, every, rounds, depth, rate, policy
//	POST /trace/stop   ends the recording, whoever has begun it
//
// Out: JSON about the recording (docs/tracing.md); for an error one line of text. What
// is recorded is in no answer: it goes where the program's environment says.
package page
