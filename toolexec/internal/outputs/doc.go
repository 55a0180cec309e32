// Package outputs reuses what the compiler, the assembler and cgo made in
// earlier builds.
//
// In a bare build the tool IDs are salted, so the go command runs all compiles
// again for each base and each configuration, even of packages that goat does
// not change. For those, this package is between the go command and the tool.
//
// In: a tool's command line. Out: the tool's work, or the same bytes from
// goat's cache directory (cache.Outputs).
//
//   - outputs.go: the flow of one run, and the key
//   - inputs.go, compile.go, assemble.go, cgo.go: what the key covers
//   - product.go: what a tool writes; store.go: where the bytes are
//
// The package only saves time. Run replaces a tool's Become, and Try its Try.
// It does not borrow outputs if a tool may read or write something that it does
// not know, and no error of the cache fails a build. See docs/adr/0017.
package outputs
