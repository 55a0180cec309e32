package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed service
var service embed.FS

// pods is how many pods a service has.
const pods = 5

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

// gitEnv makes git ignore the user's configuration and know who commits.
var gitEnv = []string{
	"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
	"GIT_AUTHOR_NAME=Goat", "GIT_AUTHOR_EMAIL=goat@example.com",
	"GIT_COMMITTER_NAME=Goat", "GIT_COMMITTER_EMAIL=goat@example.com",
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

// buildTools builds goat and the hub from the repository.
func (s *stage) buildTools() error {
	s.say("building goat and goat-hub")
	bin := filepath.Join(s.dir, "bin") + string(filepath.Separator)
	err := s.run("..", nil, "go", "build", "-o", bin, "./cmd/goat", "./cmd/goat-exec")
	if err == nil {
		err = s.run(".", nil, "go", "build", "-o", bin, "./cmd/goat-hub")
	}
	if err != nil {
		return fmt.Errorf("%w; run it in the directory hub of goat's repository", err)
	}
	return nil
}

// versions are the releases, and which version of its source each service has in them.
var versions = []struct {
	tag, subject string
	source       map[string]string
}{
	{"v1.0.0", "Sell and carry", map[string]string{"shop": "1", "ferry": "1"}},
	{"v1.1.0", "Give discounts", map[string]string{"shop": "2", "ferry": "2"}},
	{"v1.2.0", "Bound what members pay less", map[string]string{"shop": "3", "ferry": "2"}},
}

// names are the services, and what is said in the ferry's source in place of the
// shop's words.
var names = map[string]*strings.Replacer{
	"shop":  strings.NewReplacer(),
	"ferry": strings.NewReplacer("Shop sells", "Ferry carries", "n * 300", "n * 120", "discount", "rebate", "large orders cost", "groups pay"),
}

// makeRepository makes a repository with the three releases as tags.
func (s *stage) makeRepository() error {
	s.say("making a repository with three releases of two services")
	s.repo = filepath.Join(s.dir, "town")
	write := func(from, to string, words *strings.Replacer) error {
		text, err := service.ReadFile("service/" + from)
		if err != nil {
			return err
		}
		to = filepath.Join(s.repo, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(words.Replace(string(text))), 0o644)
	}
	plain := strings.NewReplacer()
	if err := errors.Join(write("go.mod.txt", "go.mod", plain), write("app.go.txt", "app/app.go", plain)); err != nil {
		return fmt.Errorf("writing the services: %w", err)
	}
	if err := s.run(s.repo, gitEnv, "git", "init", "-q", "-b", "main"); err != nil {
		return fmt.Errorf("%w; install git", err)
	}
	for _, v := range versions {
		for name, words := range names {
			if err := write("shop"+v.source[name]+".go.txt", "cmd/"+name+"/main.go", words); err != nil {
				return fmt.Errorf("writing the services: %w", err)
			}
		}
		for _, args := range [][]string{{"add", "."}, {"commit", "-q", "-m", v.subject}, {"tag", v.tag}} {
			if err := s.run(s.repo, gitEnv, append([]string{"git"}, args...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildServices builds both services as they are in v1.1.0, and the shop in v1.2.0, each
// compared with the release before.
func (s *stage) buildServices() error {
	for i, wanted := range map[int][]string{1: {"shop", "ferry"}, 2: {"shop"}} {
		tag, base := versions[i].tag, versions[i-1].tag
		if err := s.run(s.repo, gitEnv, "git", "checkout", "-q", tag); err != nil {
			return err
		}
		for _, name := range wanted {
			s.say("building %s %s with goat build -base=%s", name, tag, base)
			err := s.run(s.repo, []string{"GOFLAGS=", "GOWORK=off"}, s.tool("goat"), "build", "-base="+base, "-buildvcs=true", "-o", s.tool(name+"-"+tag), "./cmd/"+name)
			if err != nil {
				return err
			}
		}
	}
	return s.run(s.repo, gitEnv, "git", "checkout", "-q", "main")
}

// startHub starts the hub on its usual address, or on another one where that is taken.
func (s *stage) startHub() error {
	report := "127.0.0.1:8089"
	if l, err := net.Listen("tcp", report); err != nil {
		report = "127.0.0.1:0"
	} else {
		l.Close()
	}
	s.say("starting the hub")
	line, _, err := s.start("the hub", nil, s.tool("goat-hub"), "serve", "--root", filepath.Join(s.dir, "hub"),
		"--report-addr", report, "--center-addr", "", "--lease", "20s", "--repo", "example.com/town="+s.repo)
	s.hub = line
	return err
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
