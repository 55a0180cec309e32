//go:build !unix

package main

import "os/exec"

// detach does nothing: without process groups Ctrl-C ends the process before its
// hits can be read.
func detach(*exec.Cmd) {}
