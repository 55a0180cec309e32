//go:build unix

package git

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a process in its own session, so that ssh cannot prompt on a
// terminal and everything that git starts can be ended with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) } // lets git remove its locks
}

// endGroup ends what is left of a process's group.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nothing may be left
	}
}
