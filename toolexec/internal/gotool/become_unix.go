//go:build unix

package gotool

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by the tool. So there is no more processes than
// without goat, and signals, exit code and output are the tool's own.
func become(path string, argv []string, _ func() (int, error)) (int, error) {
	err := syscall.Exec(path, argv, os.Environ())
	return 0, fmt.Errorf("running %s: %w", path, err)
}
