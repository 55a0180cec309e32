package vet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/golist"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/vet/source"
)

// preview computes the points of the packages that the patterns name and of
// what they import.
func preview(ctx context.Context, o options, getenv func(string) string, log *slog.Logger, progress *terminal.Progress) (*report, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w; run goat-vet in a directory that exists", err)
	}
	s, lines, err := session.Compute(ctx, session.Input{Dir: dir, Flags: o.flags, Getenv: getenv, GoCommand: "go", Tool: "goat-vet", Fetch: modules.FetchAll, Log: log, Progress: progress.Step})
	if err != nil {
		return nil, err
	}
	if s.Reason != "" {
		return nil, errors.New(s.Reason)
	}
	if err := errors.Join(s.CheckSubmodules(), s.CheckIndex()); err != nil {
		return nil, err
	}
	progress.Step("listing packages", 0, 0)
	roots, err := golist.Query{Dir: dir, Patterns: o.patterns, Tags: o.tags, Tests: o.tests}.Load(ctx)
	if err != nil {
		return nil, err
	}
	p := &previewer{
		source:      source.New(s, o.tests, log),
		granularity: point.Granularity(s.Config.Granularity),
		byPath:      make(map[string]*pkg),
		trace:       s.Config.Trace,
	}
	p.collect(roots)
	if err := p.compute(ctx, progress); err != nil {
		return nil, err
	}
	return newReport(dir, s, lines, p), nil
}
