//go:build !unix

package terminal

import (
	"os"
	"os/signal"
)

// Resized returns a channel that never gets anything: this host does not tell.
func Resized() (<-chan os.Signal, func()) { return nil, func() {} }

// Ending returns a channel of the signals that end a program.
func Ending() (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	return c, func() { signal.Stop(c) }
}

// EndedBy returns the exit code of a program that a signal has ended.
func EndedBy(os.Signal) int { return 1 }

// Suspend does nothing: this host cannot stop a process.
func Suspend() {}
