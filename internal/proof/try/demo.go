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

// gitEnv makes git ignore the user's configuration, and names an author for
// commits.
var gitEnv = []string{
	"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
	"GIT_AUTHOR_NAME=Goat", "GIT_AUTHOR_EMAIL=goat@example.com",
	"GIT_COMMITTER_NAME=Goat", "GIT_COMMITTER_EMAIL=goat@example.com",
}

// demo shows goat on a service that comes with it.
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
	s.say("building the service with goat build")
	binary := s.tool("shop")
	if _, err := s.run(command{args: []string{s.tool("goat"), "build", "-buildvcs=true", "-o", binary, "."}, dir: repo, env: env}); err != nil {
		return err
	}
	s.say("starting two processes of it")
	var processes []*process
	for _, requests := range [][]string{
		{"GET /price?n=3", "GET /price?n=12", "POST /order?gift=no"},
		{"GET /price?n=5", "GET /price?n=x"},
	} {
		p, err := s.start(binary, nil, repo, true)
		if err != nil {
			return err
		}
		defer p.stop()
		if p.goat == "" {
			return errors.New("the service ended at once; see what it printed above")
		}
		if err := s.drive(p, requests); err != nil {
			return err
		}
		processes = append(processes, p)
	}
	return s.showHits(repo, processes)
}

// makeService makes a repository with a tagged version of the service and a
// commit after it.
func (s *stage) makeService(repo string) error {
	s.say("making a service in a temporary git repository")
	if err := os.Mkdir(repo, 0o755); err != nil {
		return fmt.Errorf("making the repository: %w", err)
	}
	steps := []struct {
		file, text string // a file to write first, and its text
		git        []string
	}{
		{"", "", []string{"init", "-q", "-b", "main"}},
		{"go.mod", "go.mod.txt", []string{"add", "go.mod"}},
		{"main.go", "v1.go.txt", []string{"add", "main.go"}},
		{"", "", []string{"commit", "-q", "-m", "Sell"}},
		{"", "", []string{"tag", "v1.0.0"}},
		{"main.go", "v2.go.txt", []string{"commit", "-q", "-a", "-m", "Give discounts, wrap gifts"}},
		{"", "", []string{"tag", "v1.1.0"}},
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

// drive sends requests, "METHOD /path?query", that run some of the changed
// branches.
func (s *stage) drive(p *process, requests []string) error {
	address := strings.TrimSpace(p.firstLine)
	s.say("driving the service at %s", address)
	var log strings.Builder
	for _, request := range requests {
		method, target, _ := strings.Cut(request, " ")
		path, query, _ := strings.Cut(target, "?")
		if err := s.ask(&log, method, url.URL{Scheme: "http", Host: address, Path: path, RawQuery: query}); err != nil {
			return err
		}
	}
	s.show("requests", log.String())
	return nil
}

// ask sends a request and logs it with the answer.
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

// showHits prints goat's series of one process, and what both processes ran: as a
// table, and as the source around what neither of them ran.
func (s *stage) showHits(repo string, processes []*process) error {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, "http://"+processes[0].goat+"/metrics", nil)
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
	s.show("/metrics of the first", lines.String())
	var addresses []string
	for _, p := range processes {
		addresses = append(addresses, p.goat)
	}
	for _, args := range [][]string{{"track"}, {"track", "-source"}} {
		text, err := s.run(command{args: append(append([]string{s.tool("goat")}, args...), addresses...), dir: repo, env: []string{"GOAT_TOKEN="}})
		if err != nil {
			return err
		}
		s.show("goat "+strings.Join(append(args, addresses...), " "), text)
	}
	return nil
}
