//go:build !unix

package git

import "os/exec"

// ownGroup leaves the process as it is: there are no groups here.
func ownGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
