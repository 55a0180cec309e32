// Goat-hub is the fleet's server: it collects what has run in every process of
// a release. "goat-hub help" lists its commands.
package main

import (
	"os"

	"github.com/goat-trace/goat/hub/server"
)

func main() {
	os.Exit(server.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
