//go:build unix

package file_test

import "syscall"

// terminate asks a program to end, as whoever stops a pod does.
func terminate(p *process) { _ = p.cmd.Process.Signal(syscall.SIGTERM) }
