//go:build unix

package driver

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by the go command: signals, exit code and
// output are its own.
func become(path string, argv []string, _ Input) (int, error) {
	err := syscall.Exec(path, argv, os.Environ())
	return 0, fmt.Errorf("running %s: %w", path, err)
}
