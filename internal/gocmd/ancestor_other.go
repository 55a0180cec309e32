//go:build !linux

package gocmd

import "os"

func parentPID() int { return os.Getppid() }

// ancestor cannot look at other processes here; the direct parent is taken for
// the go command.
func ancestor(int) (process, bool) { return process{}, false }
