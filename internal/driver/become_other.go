//go:build !unix

package driver

import (
	"errors"
	"fmt"
	"os/exec"
)

// become runs the go command as a child: this host cannot replace a process.
func become(cmd *exec.Cmd) (int, error) {
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("running %s: %w", cmd.Path, err)
	}
	return 0, nil
}
