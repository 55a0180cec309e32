package gclplugin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	_ "github.com/goat-trace/goat/analyzers/gclplugin"
)

func TestPluginReportsPoints(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n",
		"m.go":   "package m\n\nfunc f() { print(1) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	newPlugin, err := register.GetPlugin("goat")
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlugin(map[string]any{"base": "INIT", "granularity": "func", "salt": "7"})
	if err != nil {
		t.Fatal(err)
	}
	analyzers, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}, ".")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(analyzers, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Error(act.Err)
		}
		for _, d := range act.Diagnostics {
			got = append(got, act.Analyzer.Name+": "+d.Message)
		}
	}
	if want := "function: tracking point: entry of a function with changed line 3"; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWrongSettings(t *testing.T) {
	newPlugin, err := register.GetPlugin("goat")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newPlugin(map[string]any{"granularty": "func"}); err == nil || !strings.Contains(err.Error(), "granularity") {
		t.Errorf("got error %v, want one that names the settings", err)
	}
	p, err := newPlugin(map[string]any{"granularity": "lines"})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if _, err := p.BuildAnalyzers(); err == nil || !strings.Contains(err.Error(), "line, patch, scope, func") {
		t.Errorf("got error %v, want one that names the granularities", err)
	}
}
