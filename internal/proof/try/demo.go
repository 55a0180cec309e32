package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

//go:embed service
var service embed.FS

// gitEnv makes git ignore the user's configuration and know who commits.
var gitEnv = []string{
	"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
	"GIT_AUTHOR_NAME=Goat", "GIT_AUTHOR_EMAIL=goat@example.com",
	"GIT_COMMITTER_NAME=Goat", "GIT_COMMITTER_EMAIL=goat@example.com",
}

// demo shows goat on a service of its own.
func (s *stage) demo() error {
	if err := s.buildTools(); err != nil {
		return err
	}
	repo := filepath.Join(s.dir, "shop")
	if err := s.makeService(repo); err != nil {
		return err
	}
	env := []string{"GOAT_BASE=v1.0.0", "GOFLAGS=", "GOWORK=off"}
	s.say("previewing the tracking points with goat-vet")
	preview, err := s.run(command{args: []string{s.tool("goat-vet"), "./..."}, dir: repo, env: env})
	if err != nil {
		return err
	}
	s.show("goat-vet ./...", preview)
	s.say("building the service with go build -toolexec=goat-exec")
	binary := s.tool("shop")
	if _, err := s.run(command{args: []string{"go", "build", "-buildvcs=true", s.toolexec(), "-o", binary, "."}, dir: repo, env: env}); err != nil {
		return err
	}
	s.say("starting the service")
	p, err := s.start(binary, nil, repo, true)
	if err != nil {
		return err
	}
	defer p.stop()
	if p.goat == "" {
		return errors.New("the service ended at once; see what it printed above")
	}
	if err := s.drive(p); err != nil {
		return err
	}
	return s.showHits(p)
}

// makeService makes a repository with a tagged version of the service and a
// commit after it.
func (s *stage) makeService(repo string) error {
	s.say("making a service in a temporary git repository")
	if err := os.Mkdir(repo, 0o755); err != nil {
		return fmt.Errorf("making the repository: %w", err)
	}
	steps := []struct {
		file, text string // written before
		git        []string
	}{
		{"", "", []string{"init", "-q", "-b", "main"}},
		{"go.mod", "go.mod.txt", []string{"add", "go.mod"}},
		{"main.go", "v1.go.txt", []string{"add", "main.go"}},
		{"", "", []string{"commit", "-q", "-m", "Sell"}},
		{"", "", []string{"tag", "v1.0.0"}},
		{"main.go", "v2.go.txt", []string{"commit", "-q", "-a", "-m", "Give discounts, wrap gifts"}},
	}
	for _, step := range steps {
		if step.file != "" {
			data, err := service.ReadFile("service/" + step.text)
			if err == nil {
				err = os.WriteFile(filepath.Join(repo, step.file), data, 0o644)
			}
			if err != nil {
				return fmt.Errorf("writing the service: %w", err)
			}
		}
		if _, err := s.run(command{args: append([]string{"git"}, step.git...), dir: repo, env: gitEnv}); err != nil {
			return fmt.Errorf("%w; install git", err)
		}
	}
	diff, err := s.run(command{args: []string{"git", "diff", "--stat", "v1.0.0"}, dir: repo, env: gitEnv})
	if err != nil {
		return err
	}
	s.show("git diff --stat v1.0.0", diff)
	return nil
}

// drive sends requests that reach some of the changed branches.
func (s *stage) drive(p *process) error {
	address := strings.TrimSpace(p.firstLine)
	s.say("driving the service at %s", address)
	var log strings.Builder
	for _, query := range []string{"n=3", "n=12", "n=x"} {
		if err := s.ask(&log, http.MethodGet, url.URL{Scheme: "http", Host: address, Path: "/price", RawQuery: query}); err != nil {
			return err
		}
	}
	if err := s.ask(&log, http.MethodPost, url.URL{Scheme: "http", Host: address, Path: "/order", RawQuery: "gift=no"}); err != nil {
		return err
	}
	s.show("requests", log.String())
	return nil
}

// ask sends a request and logs it with its answer.
func (s *stage) ask(log io.Writer, method string, u url.URL) error {
	request, err := http.NewRequestWithContext(s.ctx, method, u.String(), nil)
	if err != nil {
		return fmt.Errorf("making a request: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking the service: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("reading the service's answer: %w", err)
	}
	fmt.Fprintf(log, "%-4s %s → %d %s\n", method, u.RequestURI(), response.StatusCode, strings.TrimSpace(string(body)))
	return nil
}

// showHits prints goat's series and the table of points.
func (s *stage) showHits(p *process) error {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, "http://"+p.goat+"/metrics", nil)
	if err != nil {
		return fmt.Errorf("making a request: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking for metrics: %w", err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("reading metrics: %w", err)
	}
	var lines strings.Builder
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "goat_") {
			lines.WriteString(line)
		}
	}
	s.show("/metrics", lines.String())
	table, err := s.goat("track", "-addr", p.goat)
	if err != nil {
		return err
	}
	s.show("goat track", table)
	return nil
}
