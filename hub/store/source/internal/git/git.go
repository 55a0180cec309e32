package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Git runs git in a mirror. It is safe for concurrent use.
type Git struct {
	env []string
}

// Reader returns a Git for reading a mirror.
func Reader(environ []string, dir string) Git { return Git{readEnv(environ, dir)} }

// Fetcher returns a Git for fetching into a mirror. ssh must not prompt, unless
// the user has configured how ssh is called.
func Fetcher(ctx context.Context, environ []string, dir string) Git {
	g := Git{fetchEnv(environ, dir)}
	if lookEnv(g.env, "GIT_SSH_COMMAND") != "" || lookEnv(g.env, "GIT_SSH") != "" {
		return g
	}
	if _, err := g.Run(ctx, "", "config", "core.sshCommand"); err != nil { // it is not set
		g.env = append(g.env, "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=30")
	}
	return g
}

// settings come before every subcommand.
var settings = []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.attributesFile=" + os.DevNull,
	"-c", "core.quotePath=true", "-c", "color.ui=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"}

// maxOutput limits the size of an answer. Listings of a million files fit.
const maxOutput = 256 << 20

// Run returns git's output. It ends when ctx does.
func (g Git) Run(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	out := limitedBuffer{limit: maxOutput}
	p, err := g.start(ctx, strings.NewReader(stdin), &out, args)
	if err == nil {
		err = p.wait()
	}
	if out.over {
		return nil, fmt.Errorf("running git %s: it printed more than %d MB", p.name, maxOutput>>20)
	}
	return out.Bytes(), err
}

// Stream passes git's output to read while git prints it.
func (g Git) Stream(ctx context.Context, read func(io.Reader) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, in := io.Pipe()
	p, err := g.start(ctx, nil, in, args)
	if err != nil {
		return err
	}
	var ended error
	done := make(chan struct{})
	go func() {
		ended = p.wait()
		_ = in.CloseWithError(ended)
		close(done)
	}()
	if err := read(out); err != nil {
		cancel()
		_ = out.CloseWithError(err)
		<-done
		return err
	}
	_, _ = io.Copy(io.Discard, out) // its error is git's
	<-done
	return ended
}

// start starts git. When ctx ends, git ends, with everything that it started.
func (g Git) start(ctx context.Context, stdin io.Reader, stdout io.Writer, args []string) (*process, error) {
	p := &process{ctx: ctx, name: subcommand(args), cmd: exec.CommandContext(ctx, "git", slices.Concat(settings, args)...), errs: limitedBuffer{limit: 64 << 10}}
	p.cmd.Env, p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = g.env, stdin, stdout, &p.errs
	ownGroup(p.cmd)
	p.cmd.WaitDelay = 5 * time.Second // processes that git leaves behind keep its outputs open
	err := p.cmd.Start()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return p, fmt.Errorf("looking for git: %w: install git where the hub runs", err)
	case ctx.Err() != nil:
		return p, fmt.Errorf("running git %s: %w", p.name, context.Cause(ctx))
	case err != nil:
		return p, fmt.Errorf("running git %s: %w", p.name, err)
	}
	return p, nil
}

// subcommand returns git's subcommand. Settings for this call (-c name=value)
// may come before it.
func subcommand(args []string) string {
	for len(args) > 2 && args[0] == "-c" {
		args = args[2:]
	}
	return args[0]
}
