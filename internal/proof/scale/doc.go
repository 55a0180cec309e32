// Package scale measures goat at large sizes: many packages, a long file, many
// points.
//
// In: generated repositories. Out: benchmarks that print figures together with
// those of plain builds, and a test that runs the same at a small size. It uses no
// real code; docs/real-applications.md does.
//
// The sizes are flags: go test ./internal/proof/scale -bench . -packages=5000.
package scale
