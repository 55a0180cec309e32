package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// stage is what every step needs.
type stage struct {
	ctx            context.Context
	dir            string // temporary, removed at the end
	stdout, stderr io.Writer

	repo    string
	hub     string // its address
	running sync.WaitGroup

	mu   sync.Mutex
	pods []*pod
}

// pod is a process of a service.
type pod struct {
	service, version string
	number           int
	address          string
	cmd              *exec.Cmd
}

func (s *stage) tool(name string) string { return filepath.Join(s.dir, "bin", name) }

// say reports progress.
func (s *stage) say(format string, args ...any) {
	fmt.Fprintf(s.stderr, "==> "+format+"\n", args...)
}

// run runs a program to its end. Its error holds what the program printed.
func (s *stage) run(dir string, env []string, args ...string) error {
	cmd := exec.CommandContext(s.ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Run(); err != nil {
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		return fmt.Errorf("running %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(printed.String()))
	}
	return nil
}

// start starts a program that runs as long as the demonstration, and returns the
// first line that it prints.
func (s *stage) start(what string, env []string, args ...string) (line string, cmd *exec.Cmd, err error) {
	cmd = exec.CommandContext(s.ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	cmd.Dir, cmd.Env = s.repo, append(os.Environ(), env...)
	detach(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("starting %s: %w", what, err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("starting %s: %w", what, err)
	}
	first := make(chan string, 1)
	s.running.Go(func() {
		in := bufio.NewReader(out)
		text, _ := in.ReadString('\n')
		first <- strings.TrimSpace(text)
		_, _ = io.Copy(io.Discard, in)
		_ = cmd.Wait() // how it ends is its own affair
	})
	select {
	case line = <-first:
		if line == "" {
			return "", nil, fmt.Errorf("starting %s: it ended at once", what)
		}
		return line, cmd, nil
	case <-time.After(time.Minute):
		return "", nil, fmt.Errorf("starting %s: it has printed no address after a minute", what)
	}
}
