package gclplugin

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/suite"
	"github.com/goat-trace/goat/diffsrc/modules"
	goatconfig "github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/vet/source"
)

func init() { register.Plugin("goat", New) }

// Settings are the plugin's settings in .golangci.yml.
type Settings struct {
	Base        string `json:"base"`
	Mode        string `json:"mode"`
	Granularity string `json:"granularity"`
	Precision   int    `json:"precision"`
	Patchfile   string `json:"patchfile"`
	Index       string `json:"index"`
	Config      string `json:"config"`
	// Salt only makes golangci-lint forget what it cached.
	Salt string `json:"salt"`
}

// New makes the plugin from its settings; conf may be nil.
func New(conf any) (register.LinterPlugin, error) {
	if conf == nil {
		conf = map[string]any{}
	}
	s, err := register.DecodeSettings[Settings](conf)
	if err != nil {
		return nil, fmt.Errorf("reading the settings of linter goat: %w; known are base, mode, granularity, precision, patchfile, index, config, salt", err)
	}
	return plugin{s}, nil
}

type plugin struct{ settings Settings }

// GetLoadMode asks for types, because golangci-lint passes facts only between
// type-checked packages.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers returns the suite. It reports wrong settings before any
// package is analyzed.
func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w; run golangci-lint in a directory that exists", err)
	}
	log := slog.New(slog.DiscardHandler)
	s, _, err := session.Compute(context.Background(), session.Input{
		Dir: dir, Flags: p.flags(), Getenv: os.Getenv, GoCommand: "go", Tool: "golangci-lint", Fetch: modules.FetchAll, Log: log,
	})
	if err != nil {
		return nil, err
	}
	src := source.New(s, false, log)
	config.Provide(func(goatconfig.Flags) (config.Source, error) { return src, nil })
	return suite.Analyzers(), nil
}

func (p plugin) flags() goatconfig.Flags {
	f := goatconfig.Flags{
		Base: p.settings.Base, Mode: p.settings.Mode, Granularity: p.settings.Granularity,
		Patchfile: p.settings.Patchfile, Index: p.settings.Index, Config: p.settings.Config,
	}
	if p.settings.Precision != 0 {
		f.Precision = strconv.Itoa(p.settings.Precision)
	}
	return f
}
