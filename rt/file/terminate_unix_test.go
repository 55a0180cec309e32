//go:build unix

package file_test

import "syscall"

// terminate asks a program to end, as Kubernetes does when it stops a pod.
func terminate(p *process) { _ = p.cmd.Process.Signal(syscall.SIGTERM) }
