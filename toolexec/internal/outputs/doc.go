// Package outputs has what the compiler, the assembler and cgo made in earlier
// builds.
//
// In a bare build the tool IDs are salted, so the go command compiles everything
// again for each base and each configuration, with the packages that goat does
// not change as well. For those, this package is between the go command and
// the tool.
//
// In: a tool's command line. Out: the tool's work, or the same bytes from
// goat's cache directory (cache.Outputs).
//
//   - outputs.go: the flow of one run, and the key
//   - inputs.go, compile.go, assemble.go, cgo.go: what the key covers
//   - product.go: what a tool writes; store.go: where the bytes are
//
// The package saves time and nothing else: Run stands for a tool's Become, and
// Try for its Try. What it does not know a tool to read or write is not borrowed,
// and no error of the cache's fails a build. See docs/adr/0017.
package outputs
