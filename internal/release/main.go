package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/semver"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) != 1 || semver.Canonical(args[0]) != args[0] {
		fmt.Fprintln(stderr, "usage: release VERSION, such as v1.2.3, in the top directory of a checkout")
		return 2
	}
	if err := release(args[0], ".", stdout); err != nil {
		fmt.Fprintf(stderr, "release: %v\n", err)
		return 1
	}
	return 0
}

// release writes hub/go.mod and hub/go.sum of a version into the checkout.
func release(version, checkout string, stdout io.Writer) error {
	work, err := os.MkdirTemp("", "goat-release-")
	if err != nil {
		return fmt.Errorf("making a temporary directory: %w", err)
	}
	defer os.RemoveAll(work)
	hub, err := prepare(checkout, version, work)
	if err != nil {
		return err
	}
	said, err := hub.install()
	if err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := copyFile(filepath.Join(hub.dir, name), filepath.Join(checkout, "hub", name)); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, `installed from a proxy and run: %s
hub/go.mod and hub/go.sum are those of the release. On a branch that is not merged:

	git commit -m 'Release %[2]s' hub/go.mod hub/go.sum
	git tag %[2]s && git tag hub/%[2]s
	git push origin %[2]s hub/%[2]s
`, said, version)
	return nil
}
