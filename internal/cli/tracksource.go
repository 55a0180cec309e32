package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/source"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/view"
)

// sources are the source files of releases.
type sources map[*coverage.Release]*source.Tree

// findSources finds the files of releases from the working directory.
func findSources(ctx context.Context, releases []*coverage.Release) (sources, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the sources: %w", err)
	}
	finder := source.Open(ctx, dir)
	s := make(sources)
	for _, r := range releases {
		s[r] = finder.Tree(ctx, &r.Build)
	}
	return s, nil
}

// files returns the files of a release in which something never ran.
func (s sources) files(ctx context.Context, r *coverage.Release) view.Files {
	var sites []*coverage.Site
	for i := range r.Points {
		if r.Points[i].State() == coverage.Never {
			sites = append(sites, &r.Points[i].Site)
		}
	}
	s[r].Load(ctx, sites)
	return s[r]
}

// findOwners reads who owns the files, and returns what is wrong with the rules.
func (s sources) findOwners(ctx context.Context) (wrong []string, err error) {
	said := make(map[string]bool)
	for _, tree := range s {
		problems, err := tree.FindOwners(ctx)
		if err != nil {
			return nil, err
		}
		for _, problem := range problems {
			if text := terminal.Text(problem.Error()); !said[text] {
				said[text] = true
				wrong = append(wrong, text)
			}
		}
	}
	return wrong, nil
}

// owners groups totals by owner.
func (s sources) owners(r *coverage.Release) func(*coverage.Site) []string { return s[r].Owners }

// reportSources are the source files of releases for a report. Without a CODEOWNERS
// file it names no owners; it reports what is wrong with one.
func (p *program) reportSources(ctx context.Context, found sources, command string) (func(*coverage.Release) report.Sources, error) {
	wrong, err := found.findOwners(ctx)
	owned := err == nil
	for _, text := range wrong {
		fmt.Fprintf(p.stderr, "goat %s: %s\n", command, text)
	}
	return func(r *coverage.Release) report.Sources {
		sites := make([]*coverage.Site, len(r.Points))
		for i := range r.Points {
			sites[i] = &r.Points[i].Site
		}
		found[r].Load(ctx, sites)
		return releaseSources{found[r], owned}
	}, ctx.Err()
}

// releaseSources are the source files of one release.
type releaseSources struct {
	*source.Tree
	owned bool
}

// Owners implements report.Sources.
func (s releaseSources) Owners(site *coverage.Site) []string {
	if !s.owned {
		return nil
	}
	owners := s.Tree.Owners(site)
	if len(owners) == 1 && (owners[0] == source.NoOwner || owners[0] == source.Elsewhere) {
		return nil
	}
	return owners
}
