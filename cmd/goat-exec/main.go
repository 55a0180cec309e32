// Goat-exec instruments the changed code of a Go build: it is the program
// for the go command's -toolexec flag. Package toolexec describes it; run
// without arguments it prints its flags.
package main

import (
	"os"

	"github.com/goat-trace/goat/toolexec"
)

func main() {
	os.Exit(toolexec.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
