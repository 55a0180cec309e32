// Goat builds, tests and runs Go programs with the changed code instrumented,
// prints the tracking points of a binary, what of them has run, and the
// configuration, and writes the index for builds without git. "goat help" lists
// its commands.
package main

import (
	"os"

	"github.com/goat-trace/goat/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
