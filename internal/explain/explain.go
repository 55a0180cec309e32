package explain

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/session"
)

// Input is the build that is asked about.
type Input struct {
	Dir      string // where it would run, absolute
	Flags    config.Flags
	Tags     string // as for go build -tags
	Getenv   func(string) string
	Progress func(what string, done, total int)
}

// reportVersion is raised when a field changes its meaning or goes away.
const reportVersion = 1

// explanation gathers a report. Each step returns true when the reason is found.
type explanation struct {
	Input
	*Report
	path    string // absolute
	src     []byte
	session *session.Session
	set     *diffsrc.LineSet
	module  modules.Module
	rel     string // of the file in its module
	files   []string
	history *diffsrc.History // nil without a repository
}

// Explain says why a line of a file, 1-based, is tracked or not. An error is that
// there is no such line, or that the settings are wrong.
func Explain(ctx context.Context, in Input, file string, line int) (*Report, error) {
	e := &explanation{Input: in, Report: &Report{Version: reportVersion, File: file, Line: line}}
	if err := e.read(); err != nil {
		return nil, err
	}
	steps := []func(context.Context) (bool, error){e.isNoGo, e.compute, e.locate, e.isLeftOut, e.isNotBuilt, e.judge}
	for _, step := range steps {
		found, err := step(ctx)
		if err != nil {
			return nil, err
		}
		if found {
			break
		}
	}
	e.addHistory(ctx)
	return e.Report, nil
}

// read reads the file and finds the line.
func (e *explanation) read() error {
	e.path = e.File
	if !filepath.IsAbs(e.path) {
		e.path = filepath.Join(e.Dir, e.path)
	}
	e.path = filepath.Clean(e.path)
	info, err := os.Stat(e.path)
	if err != nil {
		return fmt.Errorf("looking for %s: %w; name a file of the work tree, as FILE:LINE", e.File, err)
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a directory; name a file in it, as FILE:LINE", e.File)
	}
	src, err := bounded.ReadFile(e.path, gofile.MaxSize)
	if err != nil {
		return fmt.Errorf("reading %s: %w; name a Go file that you may read", e.File, err)
	}
	e.src = src
	all := strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
	if e.Line < 1 || e.Line > len(all) {
		return fmt.Errorf("%s has %d lines, and no line %d; name one from 1 to %d", e.File, len(all), e.Line, len(all))
	}
	e.Text = strings.TrimSuffix(all[e.Line-1], "\r")
	return nil
}

func (e *explanation) isNoGo(context.Context) (bool, error) {
	if gofile.IsGo(e.path) {
		return false, nil
	}
	return e.because(NotGo, "it is no Go file: goat instruments statements of Go", ""), nil
}

// because enters the reason for no point.
func (e *explanation) because(r Reason, text, next string) bool {
	e.Reason, e.Because, e.Next = r, text, next
	return true
}

// compute finds the line sets of the build.
func (e *explanation) compute(ctx context.Context) (bool, error) {
	var err error
	e.session, e.set, err = session.Compute(ctx, session.Input{
		Dir: e.Dir, Flags: e.Flags, Getenv: e.Getenv, GoCommand: "go", Tool: "goat explain", Fetch: modules.FetchAll,
		Log: slog.New(slog.DiscardHandler), Progress: e.Progress,
	})
	if err != nil {
		return false, err
	}
	if e.session.Reason != "" {
		return e.because(NoLines, e.session.Reason, ""), nil
	}
	return false, nil
}

// base returns what the file's repository was compared with.
func (e *explanation) base() (b diffsrc.Base, ok bool) {
	for _, candidate := range e.session.Bases {
		rel, err := filepath.Rel(candidate.Dir, e.resolved())
		if err == nil && filepath.IsLocal(rel) && len(candidate.Dir) >= len(b.Dir) {
			b, ok = candidate, true
		}
	}
	return b, ok
}

// resolved returns the file's name without symbolic links to directories.
func (e *explanation) resolved() string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(e.path))
	if err != nil {
		return e.path
	}
	return filepath.Join(dir, filepath.Base(e.path))
}

// comparedWith names the base in a sentence.
func (e *explanation) comparedWith() string {
	b, ok := e.base()
	switch {
	case ok:
		return b.Ref
	case e.session.Source == diffsrc.SourcePatchfile:
		return "the patch file's old side"
	case e.session.Source == diffsrc.SourceIndex && len(e.session.Bases) > 0:
		return e.session.Bases[0].Ref + ", by the index"
	}
	return "the base"
}

// fillBase enters the base into the report.
func (e *explanation) fillBase() {
	b, ok := e.base()
	switch {
	case ok:
		e.Base = &Base{Ref: b.Ref, Commit: b.Used, Why: cmp.Or(b.Why, e.session.Config.Source())}
	case e.session.All:
		e.Base = &Base{Ref: diffsrc.InitRef, Why: "everything is new (" + e.session.Config.Source() + ")"}
	}
}

// dir returns the package's directory in its module.
func (e *explanation) dir() string { return path.Dir(e.rel) }
