package sourcediff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/golist"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/unified"
	"github.com/goat-trace/goat/internal/vet/source"
	"github.com/goat-trace/goat/toolexec/preview"
)

// Input is the build that the user asks about.
type Input struct {
	Dir      string // where it would run, absolute
	Patterns []string
	Tags     string // as for go build -tags
	Race     bool   // as for go build -race
	Flags    config.Flags
	Getenv   func(string) string
	Progress func(what string, done, total int)
}

// Result is what goat would make of the files.
type Result struct {
	Patches  [][]byte // as git writes them, by the names of files
	Points   int
	Against  string // what the build was compared with, for people
	Warnings []string
}

// survey is the state of looking at the packages.
type survey struct {
	Input
	session *session.Session
	source  *source.Source
	top     string // names in patches are relative to it
}

// Compiled returns the diffs from the user's files to what the compiler reads.
func Compiled(ctx context.Context, in Input) (*Result, error) {
	s, roots, err := open(ctx, in)
	if err != nil {
		return nil, err
	}
	o, err := s.options(ctx)
	if err != nil {
		return nil, err
	}
	var texts []preview.Text
	for _, root := range roots {
		p, err := s.read(root)
		if err != nil {
			return nil, err
		}
		found, err := preview.Compiled(p, o)
		if err != nil {
			return nil, fmt.Errorf("rewriting %s: %w", root.PkgPath, err)
		}
		texts = append(texts, found...)
	}
	r := &Result{Against: s.against()}
	for _, t := range sorted(texts) {
		r.Patches = append(r.Patches, unified.Patch(s.name(t.Path), t.Src, t.New))
		r.Points += len(t.Points)
	}
	return r, nil
}

// open finds the line sets and lists the packages.
func open(ctx context.Context, in Input) (*survey, []*packages.Package, error) {
	log := slog.New(slog.DiscardHandler)
	s, _, err := session.Compute(ctx, session.Input{
		Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv, GoCommand: "go", Tool: "goat diff", Fetch: modules.FetchAll, Log: log, Progress: in.Progress,
	})
	if err != nil {
		return nil, nil, err
	}
	if s.Reason != "" {
		return nil, nil, errors.New(s.Reason)
	}
	if err := errors.Join(s.CheckSubmodules(), s.CheckIndex()); err != nil {
		return nil, nil, err
	}
	in.Progress("listing packages", 0, 0)
	roots, err := golist.Query{Dir: in.Dir, Patterns: in.Patterns, Tags: in.Tags}.Load(ctx)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(roots, func(a, b *packages.Package) int { return cmp.Compare(a.PkgPath, b.PkgPath) })
	return &survey{Input: in, session: s, source: source.New(s, false, log), top: cmp.Or(diffsrc.RepositoryTop(in.Dir), in.Dir)}, roots, nil
}

// options says how points count in a build here.
func (s *survey) options(ctx context.Context) (preview.Options, error) {
	env, err := modules.Query{Dir: s.Dir}.GoEnv(ctx, "GOVERSION")
	if err != nil {
		return preview.Options{}, fmt.Errorf("asking the go command for its version: %w", err)
	}
	cfg := s.session.Config
	return preview.Options{
		Granularity: point.Granularity(cfg.Granularity), Counts: cfg.DataType == "count", Race: s.Race, GoVersion: env["GOVERSION"],
	}, nil
}

// read parses the files of a package. One without points has none.
func (s *survey) read(in *packages.Package) (preview.Package, error) {
	p := preview.Package{Path: in.PkgPath}
	if len(in.GoFiles) == 0 {
		return p, nil
	}
	module, dir, ok, err := s.source.Package(in.PkgPath, filepath.Dir(in.GoFiles[0]))
	if err != nil || !ok {
		return p, err
	}
	inputs, err := s.source.Inputs(source.Files{Package: in.PkgPath, Module: module, Dir: dir, Names: in.GoFiles})
	if err != nil {
		return p, err
	}
	p.Module, p.Entry = module, s.session.Config.IsMainEntry(in.PkgPath, dir)
	for _, input := range inputs {
		p.Files = append(p.Files, preview.File{Path: filepath.Join(filepath.Dir(in.GoFiles[0]), filepath.Base(input.Rel)), FileInput: input})
	}
	return p, nil
}

// name is a file's name in a patch.
func (s *survey) name(file string) string {
	rel, err := filepath.Rel(s.top, file)
	if err != nil {
		rel = file
	}
	return filepath.ToSlash(rel)
}

// against names what the build was compared with.
func (s *survey) against() string {
	var names []string
	for _, b := range s.session.Bases {
		names = append(names, fmt.Sprintf("%s (%.12s)", b.Ref, b.Used))
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	switch s.session.Source {
	case diffsrc.SourceInit:
		return "nothing: everything is new"
	case diffsrc.SourcePatchfile:
		return "a patch file"
	}
	return "an index"
}

func sorted(texts []preview.Text) []preview.Text {
	slices.SortFunc(texts, func(a, b preview.Text) int { return cmp.Compare(a.Path, b.Path) })
	return texts
}
