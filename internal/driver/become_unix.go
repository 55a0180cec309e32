//go:build unix

package driver

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// become replaces this process by the go command, which then handles signals and
// sets the exit code itself. It keeps this process's standard streams and
// environment.
func become(cmd *exec.Cmd) (int, error) {
	err := syscall.Exec(cmd.Path, cmd.Args, os.Environ())
	return 0, fmt.Errorf("running %s: %w", cmd.Path, err)
}
