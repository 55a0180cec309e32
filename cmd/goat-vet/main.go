// Goat-vet shows the tracking points that a build with goat-exec would insert:
// by itself, under "go vet -vettool" and under "go fix -fixtool". "goat-vet
// -h" tells more.
package main

import (
	"os"

	"github.com/goat-trace/goat/internal/vet"
)

func main() {
	os.Exit(vet.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
