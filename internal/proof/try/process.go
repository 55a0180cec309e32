package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// process is a running binary built with goat-exec.
type process struct {
	cmd       *exec.Cmd
	goat      string        // address of goat's server, host:port
	firstLine string        // of standard output, if it was wanted
	ended     chan struct{} // closed when the process has ended
	hits      string        // the directory with what the process wrote at its end
}

// startTimeout limits how long a binary may take until it serves.
const startTimeout = 30 * time.Second

// start starts a binary and waits until goat's server in it answers. With quiet it
// keeps the first line of its output and drops the rest.
func (s *stage) start(binary string, args []string, dir string, quiet bool) (*process, error) {
	p := &process{ended: make(chan struct{}), hits: filepath.Join(s.dir, "hits")}
	if err := os.MkdirAll(p.hits, 0o755); err != nil {
		return nil, fmt.Errorf("making a directory for hits: %w", err)
	}
	s.started++
	portFile := filepath.Join(s.dir, fmt.Sprint("port", s.started))
	p.cmd = exec.CommandContext(s.ctx, binary, args...)
	p.cmd.Cancel = func() error { return nil } // the hits are read first; stop ends it
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), "GOAT_PORT=0", "GOAT_METRICS_IP=127.0.0.1", "GOAT_TOKEN=", "GOAT_PORT_FILE="+portFile, "GOAT_DIR="+p.hits)
	p.cmd.Stderr = s.stderr
	detach(p.cmd)
	line := make(chan string, 1)
	if quiet {
		out, err := p.cmd.StdoutPipe()
		if err != nil {
			return nil, fmt.Errorf("reading the output of %s: %w", binary, err)
		}
		go func() {
			text, _ := bufio.NewReader(out).ReadString('\n')
			line <- text
		}()
	} else {
		p.cmd.Stdout = s.stdout
		line <- ""
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	go func() {
		_ = p.cmd.Wait() // its exit code does not matter
		close(p.ended)
	}()
	return p, p.await(s.ctx, portFile, line)
}

// await waits until goat has written the address of its server.
func (p *process) await(ctx context.Context, portFile string, line <-chan string) error {
	deadline := time.After(startTimeout)
	for tick := time.Tick(20 * time.Millisecond); ; {
		if text, err := os.ReadFile(portFile); err == nil && len(text) > 0 {
			p.goat = strings.TrimSpace(string(text))
			select {
			case p.firstLine = <-line:
				return nil
			case <-deadline:
				p.stop()
				return fmt.Errorf("%s has printed nothing after %v", p.cmd.Path, startTimeout)
			}
		}
		select {
		case <-tick:
		case <-p.ended:
			return nil // it ended before it served; the caller reads its hits
		case <-ctx.Done():
			p.stop()
			return ctx.Err()
		case <-deadline:
			p.stop()
			return fmt.Errorf("%s does not serve goat's page after %v; docs/troubleshooting.md lists reasons", p.cmd.Path, startTimeout)
		}
	}
}

// stop ends the process and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Kill() // an error means that it has ended
	<-p.ended
}
