//go:build unix

package git

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a process in a session of its own: ssh cannot ask at a
// terminal then, and everything that git starts can be ended with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) } // git removes its locks
}

// endGroup ends what is left of a process's group.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
