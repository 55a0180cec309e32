//go:build !unix

package driver

import (
	"errors"
	"fmt"
	"os/exec"
)

// become runs the go command as a child: this host cannot replace a process.
func become(path string, argv []string, in Input) (int, error) {
	c := exec.Command(path, argv[1:]...)
	c.Stdin, c.Stdout, c.Stderr = in.Stdin, in.Stdout, in.Stderr
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("running %s: %w", path, err)
	}
	return 0, nil
}
