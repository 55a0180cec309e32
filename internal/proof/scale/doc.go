// Package scale measures goat on what is large: many packages, a long file,
// many points.
//
// In: generated repositories. Out: benchmarks that print figures beside those
// of plain builds, and a test that runs the same at a small size. It takes
// nothing from real code; docs/real-applications.md does.
//
// The sizes are flags: go test ./internal/proof/scale -bench . -packages=5000.
package scale
