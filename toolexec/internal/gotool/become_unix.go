//go:build unix

package gotool

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by the tool: no process more than a build
// without goat has, and the tool's signals, exit code and output are its own.
func become(path string, argv []string, _ func() (int, error)) (int, error) {
	err := syscall.Exec(path, argv, os.Environ())
	return 0, fmt.Errorf("running %s: %w", path, err)
}
