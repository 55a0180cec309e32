package vet

import (
	"fmt"
	"os"
)

// workingDir returns the directory that a process runs in.
func workingDir(pid int) (string, error) { return os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)) }
