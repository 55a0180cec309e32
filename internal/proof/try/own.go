package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// own shows goat on a user's repository.
func (s *stage) own(repo, base, pkg string, args []string) error {
	repo, err := filepath.Abs(repo)
	if err != nil {
		return fmt.Errorf("finding REPO: %w", err)
	}
	if info, err := os.Stat(repo); err != nil || !info.IsDir() {
		return fmt.Errorf("REPO=%s is not a directory; name the one that holds your go.mod", repo)
	}
	var env []string
	if base != "" {
		env = append(env, "GOAT_BASE="+base)
	}
	mains, err := s.mains(repo, pkg)
	if err != nil {
		return err
	}
	if err := s.buildTools(); err != nil {
		return err
	}
	s.say("previewing the tracking points with goat-vet")
	preview, err := s.run(command{args: []string{s.tool("goat-vet"), "./..."}, dir: repo, env: env})
	if err != nil {
		return err
	}
	s.show("goat-vet ./...", preview)
	var binaries []string
	for i, main := range mains {
		// Each gets its own directory, because two main packages may have the same
		// name.
		binary := filepath.Join(s.dir, fmt.Sprint(i), path.Base(main))
		if err := s.buildMain(repo, main, binary, env); err != nil {
			return err
		}
		binaries = append(binaries, binary)
	}
	if len(mains) == 0 {
		s.say("there is no main package, so nothing can be started; its importers serve the points")
	}
	if pkg == "" {
		return nil
	}
	return s.runOwn(repo, binaries[0], args)
}

// mains lists the main packages to build: pkg, or all of them.
func (s *stage) mains(repo, pkg string) ([]string, error) {
	pattern := pkg
	if pattern == "" {
		pattern = "./..."
	}
	out, err := s.run(command{args: []string{"go", "list", "-f", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, pattern}, dir: repo})
	if err != nil {
		return nil, fmt.Errorf("%w; REPO must be a directory in which go list %s works", err, pattern)
	}
	mains := strings.Fields(out)
	if pkg != "" && len(mains) != 1 {
		return nil, fmt.Errorf("PKG=%s names %d main packages; name one, for example PKG=./cmd/server", pkg, len(mains))
	}
	return mains, nil
}

// buildMain builds one main package and prints what goat put into it.
func (s *stage) buildMain(repo, main, binary string, env []string) error {
	s.say("building %s with goat build", main)
	if _, err := s.run(command{args: []string{s.tool("goat"), "build", "-o", binary, main}, dir: repo, env: env}); err != nil {
		return err
	}
	points, err := s.goat("points", binary)
	if err != nil {
		return err
	}
	summary, _, _ := strings.Cut(points, "\n")
	s.show("goat points "+path.Base(main), summary)
	return nil
}

// runOwn runs a binary until it ends or the user interrupts it. Then it prints how
// much of it has run.
func (s *stage) runOwn(repo, binary string, args []string) error {
	s.say("starting %s", strings.Join(append([]string{filepath.Base(binary)}, args...), " "))
	p, err := s.start(binary, args, repo, false)
	if err != nil {
		return err
	}
	if p.goat != "" {
		s.say("it serves http://%s/track and /metrics; use it, then press Ctrl-C", p.goat)
	}
	var table string
	select {
	case <-p.ended:
		table, err = s.savedHits(p)
	case <-s.ctx.Done():
		table, err = s.goat("track", "-addr", p.goat)
		p.stop()
	}
	if err != nil {
		return err
	}
	s.show("goat track", table)
	return nil
}

// savedHits prints what the process wrote at its end.
func (s *stage) savedHits(p *process) (string, error) {
	files, err := filepath.Glob(filepath.Join(p.hits, "*.json"))
	if err != nil || len(files) == 0 {
		return "", errors.New("the binary ended and left no hits: it was killed, or its goat.yaml says serve: off; start it so that it runs on, and press Ctrl-C")
	}
	return s.goat(append([]string{"track"}, files...)...)
}
