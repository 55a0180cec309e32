package vet

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"io"
	"log/slog"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/analyzers/suite"
	goatconfig "github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/vet/source"
)

// isTool reports whether the go command calls: for the tool ID, for the
// flags, or with a package's configuration; or whether the analyzers' help is
// asked for.
func isTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return slices.ContainsFunc(args, isVersion) || args[0] == "-flags" || args[0] == "help" || strings.HasSuffix(args[len(args)-1], ".cfg")
}

func isVersion(arg string) bool { return arg == "-V=full" || arg == "--V=full" }

// toolMain answers the go command. It does not return when unitchecker does
// the work, with the process's own arguments and output.
func toolMain(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	caller := findCaller()
	goatconfig.MakeAbsolute(func() (string, error) { return caller.dir, nil })
	log := slog.New(slog.DiscardHandler)
	if slices.ContainsFunc(args, isVersion) {
		id, err := caller.toolID(getenv, log)
		if err != nil {
			fmt.Fprintf(stderr, "goat-vet: %s\n", terminal.Text(err.Error()))
			return exitError
		}
		// The go command takes a devel line's last field for the tool's
		// content (cmd/go/internal/work: toolID).
		fmt.Fprintf(stdout, "goat-vet version devel buildID=%s\n", id)
		return exitOK
	}
	if cfg, ok := readVetConfig(args); ok && cfg.needsFilter(getenv) {
		code, err := cfg.filtered(args, stdout, stderr)
		if err != nil {
			fmt.Fprintf(stderr, "goat-vet: running itself: %v\n", err)
			return exitError
		}
		return code
	}
	config.Provide(func(flags goatconfig.Flags) (config.Source, error) {
		if caller.fixes() {
			return noLines{}, nil
		}
		return newLazy(caller.wantsModules(flags, getenv), func() (config.Source, error) {
			s, err := caller.session(flags, getenv, log)
			if err != nil {
				return nil, err
			}
			return source.New(s, false, log), nil
		}), nil
	})
	// go vet takes the flags under the names that goat-exec has for them, not
	// only as -goatconfig.base.
	config.Analyzer.Flags.VisitAll(func(f *flag.Flag) { flag.CommandLine.Var(f.Value, f.Name, f.Usage) })
	unitchecker.Main(suite.Analyzers()...)
	return exitOK
}

// toolID is a digest of this program and of the line sets: go vet caches what
// a tool says of a package by the tool's ID, its flags and the package alone.
func (c caller) toolID(getenv func(string) string, log *slog.Logger) (string, error) {
	if c.fixes() {
		return digest(session.ToolID()), nil
	}
	if !c.known() {
		return digest(session.ToolID(), rand.Text()), nil
	}
	s, err := c.session(c.flags(getenv), getenv, log)
	if err != nil {
		return "", err
	}
	return digest(session.ToolID(), s.ID), nil
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%s\x00", p)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// session returns the line sets, computed by the first process of a go
// command that asks.
func (c caller) session(flags goatconfig.Flags, getenv func(string) string, log *slog.Logger) (*session.Session, error) {
	s, err := session.Open(context.Background(), session.Input{
		Dir: c.dir, Flags: flags, Getenv: getenv, GoCommand: "go", Tool: session.ToolID(), Log: log, RunByGo: gocmd.RunByGo(getenv), Verify: true,
	})
	if err == nil && s.Reason != "" {
		err = fmt.Errorf("%s", s.Reason)
	}
	if err == nil {
		err = errors.Join(s.CheckSubmodules(), s.CheckIndex())
	}
	return s, err
}

// noLines is the source of go fix: leftover markers need no line sets, and so
// no base.
type noLines struct{}

func (noLines) Granularity() (point.Granularity, error) { return point.Patch, nil }

func (noLines) Tests() bool { return false }

func (noLines) Package(_, _ string) (module, rel string, ok bool, err error) {
	return "", "", false, nil
}

func (noLines) Lines(string, string, []byte, *ast.File) (lines [][2]int, all bool, err error) {
	return nil, false, nil
}
