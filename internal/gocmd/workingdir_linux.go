package gocmd

import (
	"fmt"
	"os"
)

// Dir returns the directory that the process runs in, without symbolic links.
func (p Process) Dir() (string, error) {
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", p.PID))
	if err != nil {
		return "", fmt.Errorf("reading where the go command runs: %w", err)
	}
	return dir, nil
}
