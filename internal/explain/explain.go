package explain

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/session"
)

// reportVersion is raised when a field changes its meaning or goes away.
const reportVersion = 1

// Explain says why a line of a file, 1-based, is tracked or not. It returns an
// error if there is no such line, or if the settings are wrong.
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
