//go:build unix

package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// Resized returns a channel that gets something whenever the terminal's size has
// changed, and what ends that.
func Resized() (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	return c, func() { signal.Stop(c) }
}

// Ending returns a channel of the signals that end a program.
func Ending() (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	return c, func() { signal.Stop(c) }
}

// EndedBy returns the exit code of a program that a signal has ended, as shells give
// it.
func EndedBy(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}

// Suspend stops this process until it is continued, as Ctrl-Z does.
func Suspend() { _ = syscall.Kill(0, syscall.SIGTSTP) }
