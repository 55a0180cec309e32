package main

import (
	"embed"
	"errors"
	"fmt"
	"net"
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
	if taken(report) {
		report = "127.0.0.1:0"
	}
	s.say("starting the hub")
	line, _, err := s.start("the hub", nil, s.tool("goat-hub"), "serve", "--root", filepath.Join(s.dir, "hub"),
		"--report-addr", report, "--center-addr", "", "--lease", "20s", "--repo", "example.com/town="+s.repo)
	s.hub = line
	return err
}

// taken reports whether somebody listens at an address.
func taken(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return true
	}
	return l.Close() != nil
}
