package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

// try runs the demonstration until ctx is done or, with once, until the hub knows
// everything.
func try(ctx context.Context, once bool, stdout, stderr io.Writer) error {
	dir, err := os.MkdirTemp("", "goat-try-hub-")
	if err != nil {
		return fmt.Errorf("making a temporary directory: %w; set TMPDIR to one you may write to", err)
	}
	defer os.RemoveAll(dir)
	ctx, end := context.WithCancel(ctx)
	s := &stage{ctx: ctx, dir: dir, stdout: stdout, stderr: stderr}
	defer s.running.Wait()
	defer end()
	for _, step := range []func() error{s.buildTools, s.makeRepository, s.buildServices, s.startHub, s.startPods} {
		if err := step(); err != nil {
			return err
		}
	}
	s.running.Go(s.traffic)
	if err := s.rollOut(); err != nil {
		return err
	}
	if err := s.show(); err != nil || once {
		return err
	}
	s.say("press Ctrl-C to end it all")
	<-ctx.Done()
	return nil
}
