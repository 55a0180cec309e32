//go:build !unix

package git

import "os/exec"

// ownGroup does nothing: this system has no process groups.
func ownGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
