package config

import (
	_ "embed"
	"errors"
	"go/ast"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/internal/helptext"
	"github.com/goat-trace/goat/analyzers/point"
	goatconfig "github.com/goat-trace/goat/internal/config"
)

//go:embed doc.go
var doc string

// Analyzer's result is a *Result.
var Analyzer = &analysis.Analyzer{
	Name:             "goatconfig",
	Doc:              helptext.Of(doc, "goatconfig"),
	URL:              "https://pkg.go.dev/github.com/goat-trace/goat/analyzers/config",
	Run:              run,
	RunDespiteErrors: true,
	ResultType:       reflect.TypeFor[*Result](),
}

// Result is the Source that the driver provided.
type Result struct{ Source }

// Source knows the line sets of a build. It is safe for concurrent use.
type Source interface {
	// Granularity is the configured granularity.
	Granularity() (point.Granularity, error)
	// Tests reports whether _test.go files get points.
	Tests() bool
	// Package returns which workspace module holds the package in dir, and the
	// directory relative to that module, with slashes ("." for the module's
	// root). ok is false for vendored packages and outside the workspace's
	// modules.
	Package(importPath, dir string) (module, rel string, ok bool, err error)
	// Lines returns a file's effective lines, or all = true if every line is
	// effective. src is the file's content and file its syntax tree.
	Lines(module, rel string, src []byte, file *ast.File) (lines [][2]int, all bool, err error)
}

// Open finds the line sets that the flags ask for.
type Open func(goatconfig.Flags) (Source, error)

// Provide sets how line sets are found. A driver calls it once, before it runs
// the analyzers; their flags may be parsed before or after.
func Provide(open Open) {
	given.mu.Lock()
	defer given.mu.Unlock()
	given.open, given.source, given.err = open, nil, nil
}

// given is the state of Analyzer: its flags, and the Source found from them.
var given settings

func init() { given.flags.Register(&Analyzer.Flags) }

type settings struct {
	flags goatconfig.Flags

	mu     sync.Mutex
	open   Open
	source Source
	err    error
}

func run(*analysis.Pass) (any, error) {
	given.mu.Lock()
	defer given.mu.Unlock()
	if given.open == nil {
		return nil, errors.New("finding line sets: this driver gives goat's analyzers none; use goat-vet, or call config.Provide")
	}
	if given.source == nil && given.err == nil {
		given.source, given.err = given.open(given.flags)
	}
	if given.err != nil {
		return nil, given.err
	}
	return &Result{given.source}, nil
}
