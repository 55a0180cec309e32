package driver

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// TestFit starts a process with as many flags as fit allows. The host refuses one
// with more than it takes.
func TestFit(t *testing.T) {
	t.Parallel()
	flag := "-gcflags=./" + strings.Repeat("x", 80) + "=-goat=0123456789abcdef"
	var flags []string
	for fit(append(flags, flag)) == nil {
		flags = append(flags, flag)
	}
	if len(flags) < 100 {
		t.Errorf("got room for %d flags, want it for some hundred", len(flags))
	}
	if err := exec.Command("true", flags...).Run(); err != nil {
		t.Errorf("got %v for %d flags, want a process started", err, len(flags))
	}
	for len(flags) < 100_000 {
		flags = append(flags, flag)
	}
	if err := exec.Command("true", flags...).Run(); err == nil {
		t.Errorf("got a process started with %d flags, want none: nothing need be refused", len(flags))
	}
	if err := fit(flags); !errors.Is(err, errTooMany) {
		t.Errorf("got %v for %d flags, want %v", err, len(flags), errTooMany)
	}
}
