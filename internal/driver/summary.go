package driver

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
)

// NoPoints is the beginning of a preview that says why there are no tracking
// points.
const NoPoints = "no "

// Preview says what "goat build" in a directory would instrument, and what it
// compares the code with.
func Preview(ctx context.Context, dir string, flags config.Flags, getenv func(string) string, progress func(string, int, int)) (string, error) {
	line := &commandLine{subcommand: "build", goat: flags}
	env, err := session.InForce(ctx, dir)
	if err == nil {
		err = line.inherit(env.GOFLAGS)
	}
	if err != nil {
		return "", err
	}
	s, _, err := session.Prepare(ctx, session.Input{
		Dir: dir, Flags: line.goat, Getenv: getenv, GoCommand: "go", Tool: handshake.ToolIdentity(), Log: slog.New(slog.DiscardHandler),
		Progress: progress, InForce: &env, Args: []string{"go", line.subcommand},
	})
	if err != nil && !errors.Is(err, session.ErrNotStored) {
		return "", err
	}
	targets, err := targetsOf(s, line)
	if err != nil {
		return "", err
	}
	return summary(s, targets, line), nil
}

func summary(s *session.Session, targets []target, l *commandLine) string {
	if s.Reason != "" {
		return NoPoints + "tracking points: " + s.Reason
	}
	return changedCode(s, targets, l) + comparedWith(s)
}

// changedCode says how many points the changed code of the build's modules has, for
// the build's platform and tags. It also counts packages that the build does not
// need: asking the go command which packages it needs would take longer than
// everything that goat does.
func changedCode(s *session.Session, targets []target, l *commandLine) string {
	points, packages := l.countPoints(s, targets)
	if points == 0 {
		return NoPoints + "changed code, so no tracking points"
	}
	return fmt.Sprintf("%s in %s", plural(points, "tracking point"), plural(packages, "package"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// comparedWith names the base and says how it was chosen.
func comparedWith(s *session.Session) string {
	source := s.Config.Source()
	switch {
	case s.Config.Patchfile != "":
		return fmt.Sprintf(", by the patch file %s (%s)", s.Config.Patchfile, source)
	case s.All:
		return fmt.Sprintf(": everything is new (%s)", source)
	}
	base := s.Base()
	text := ", compared with " + base.Ref
	if base.Used != base.Commit {
		text += fmt.Sprintf(" where HEAD left it, at %.12s", base.Used)
	}
	why := base.Why
	if s.Config.Index != "" {
		why = "by the index " + s.Config.Index
		if n := len(s.Stale); n > 0 {
			why += fmt.Sprintf(", which is stale: %s changed or new since", plural(n, "Go file"))
		}
	} else if why == "" {
		why = source
	}
	return fmt.Sprintf("%s (%s)", text, why)
}

// countPoints returns how many points the packages have, and how many packages have
// any. Files that cannot be read or parsed count as having none.
func (l *commandLine) countPoints(s *session.Session, targets []target) (points, packages int) {
	var total, having atomic.Int64
	platform := l.platform()
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, t := range targets {
		group.Go(func() error {
			if n := countPackage(s, t, platform, l.subcommand == "test"); n > 0 {
				total.Add(int64(n))
				having.Add(1)
			}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	return int(total.Load()), int(having.Load())
}

// platform says which files the build reads.
func (l *commandLine) platform() build.Context {
	platform := build.Default // reads GOOS, GOARCH and CGO_ENABLED
	if flags, err := gocmd.Parse(append([]string{"go", l.subcommand}, l.flags...), l.goflags); err == nil {
		tags, _ := flags.Lookup("tags")
		platform.BuildTags = strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
	}
	return platform
}

func countPackage(s *session.Session, t target, platform build.Context, tests bool) int {
	lines, err := s.Lines(t.module, t.rel)
	if err != nil {
		return 0
	}
	entries, err := os.ReadDir(t.dir)
	if err != nil {
		return 0
	}
	var inputs []analyzers.FileInput
	fset := token.NewFileSet()
	for _, e := range entries {
		base := e.Name()
		if filepath.Ext(base) != ".go" {
			continue
		}
		if match, err := platform.MatchFile(t.dir, base); err != nil || !match || !tests && strings.HasSuffix(base, "_test.go") {
			continue
		}
		rel := path.Join(t.rel, base)
		name := filepath.Join(t.dir, base)
		src, err := os.ReadFile(name)
		if err != nil || !analyzers.NeedsFile(src, lines[rel].Lines, s.All) {
			continue
		}
		if file, err := parser.ParseFile(fset, name, src, analyzers.ParseMode); err == nil {
			inputs = append(inputs, analyzers.FileInput{Fset: fset, File: file, Src: src, Rel: rel, Lines: lines[rel].Lines, All: s.All})
		}
	}
	n := 0
	for _, sites := range analyzers.PackageSites(t.importPath, point.Granularity(s.Config.Granularity), inputs) {
		n += len(sites)
	}
	return n
}
