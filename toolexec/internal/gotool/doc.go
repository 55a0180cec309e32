// Package gotool is what goat knows about the Go toolchain's tools and the
// files that the go command gives them.
//
// In: a tool's command line, and files in the formats of Go's tools. Out: the
// parts of the command line, the result of running the tool, and the files'
// content.
//
//   - command.go, args.go: the command line, parsed once
//   - call.go: the three ways to run the tool; killed.go tells a tool that was
//     ended from one that refused
//   - version.go, toolchain.go: what a tool answers to -V=full, and what is known
//     of its release
//   - importcfg.go, record.go: import configs, and the build's settings in a
//     link's
//   - objfile.go, buildid.go: archives
//   - trimpath.go: the compiler's -trimpath
//
// Nothing here knows about points or goat's runtime. Formats are read only as
// far as goat needs them. TestToolchain in package toolexec checks what a Go
// release might change.
package gotool
