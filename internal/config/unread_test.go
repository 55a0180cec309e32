package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
)

func TestUnknownVariables(t *testing.T) {
	got := config.UnknownVariables([]string{
		"PATH=/bin", "GOAT_ZZZ=1", "GOAT_GRANULARTY=line", "GOAT_BASE=v1", "GOAT_TOKEN=x", "GOAT_FLUSH=1s",
		"GOAT_NESTED=1", "GOAT=off", "GOATS=2", "goat_base=v1", "GOAT_=1", "GOAT_NONE=",
	})
	want := []string{
		"goat has no variable GOAT_; docs/configuration.md lists those it has",
		"goat has no variable GOAT_GRANULARTY; did you mean GOAT_GRANULARITY?",
		"goat has no variable GOAT_ZZZ; docs/configuration.md lists those it has",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnreadFiles(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "repository", "module", "cmd")
	for _, name := range []string{"repository/.git", "repository/module/cmd", "repository/module/goat.yml.d"} {
		if err := os.MkdirAll(filepath.Join(top, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(top, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	unread := func(name string) string {
		return filepath.Join(top, name) + " is not read; rename it to goat.yaml, or name it with -config"
	}
	check := func(want []string, in config.Input) {
		t.Helper()
		in.Dir = dir
		if diff := cmp.Diff(want, config.UnreadFiles(in)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	write(".goat.yaml") // above the repository, so another tool's
	check(nil, config.Input{})
	write("repository/.goat.yaml")
	write("repository/module/goat.yml")
	write("repository/module/cmd/.goat.yml")
	check([]string{unread("repository/module/cmd/.goat.yml"), unread("repository/module/goat.yml"), unread("repository/.goat.yaml")}, config.Input{})
	write("repository/module/goat.yaml")
	check([]string{unread("repository/module/cmd/.goat.yml"), unread("repository/module/goat.yml")}, config.Input{})
	check(nil, config.Input{Flags: config.Flags{Config: "x"}})
	check(nil, config.Input{Getenv: func(name string) string { return map[string]string{"GOAT_CONFIG": "x"}[name] }})
}
