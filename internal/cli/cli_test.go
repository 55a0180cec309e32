package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/cli"
)

// result is the outcome of a command.
type result struct {
	Code           int
	Stdout, Stderr string
}

// goat runs the command with variables given as name=value before its
// arguments.
func goat(args ...string) result {
	env := make(map[string]string)
	for len(args) > 0 && strings.Contains(args[0], "=") && !strings.HasPrefix(args[0], "-") {
		name, value, _ := strings.Cut(args[0], "=")
		env[name] = value
		args = args[1:]
	}
	var stdout, stderr bytes.Buffer
	code := cli.Main(args, strings.NewReader(""), &stdout, &stderr, func(name string) string { return env[name] })
	return result{code, stdout.String(), stderr.String()}
}

func TestUsage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		code int
		want string // in standard output for code 0, else in standard error
	}{
		{"nothing", nil, 2, "Usage: goat <command>"},
		{"help", []string{"help"}, 0, "Exit codes: 0 done"},
		{"help flag", []string{"--help"}, 0, "Exit codes: 0 done"},
		{"help of a command", []string{"help", "track"}, 0, "Usage: goat track [flags] [place ...]"},
		{"help flag of a command", []string{"track", "-h"}, 0, "-component names"},
		{"help of nothing known", []string{"help", "trak"}, 2, `goat: there is no command "trak"; did you mean "track"?`},
		{"unknown command", []string{"pionts"}, 2, `goat: there is no command "pionts"; did you mean "points"?`},
		{"unknown command far from all", []string{"frobnicate"}, 2, `goat: there is no command "frobnicate"; "goat help" lists them`},
		{"command of another tool", []string{"patch"}, 2, "the code is instrumented while it is compiled"},
		{"version", []string{"version"}, 0, "goat "},
		{"version flag", []string{"-version"}, 0, "goat "},
		{"argument too many", []string{"version", "x"}, 2, `goat version: it takes no arguments, got ["x"]; leave them out`},
		{"unknown flag", []string{"points", "-jsno"}, 2, `run "goat help points" for its usage`},
		{"no binary", []string{"points"}, 2, "it takes one binary, got 0"},
		{"missing binary", []string{"points", "nope"}, 1, "goat points: opening the binary"},
		{"value missing", []string{"build", "-base"}, 2, "the value of -base is missing; write -base=value"},
		{"directory missing", []string{"build", "-C"}, 2, "the value of -C is missing"},
		{"index of an index", []string{"index", "-index", "x"}, 2, "name the one to write with -o"},
		{"bad address", []string{"track", "-addr", "localhost"}, 2, `-addr "localhost" is not host:port`},
		{"nobody listens", []string{"track", "-addr", "127.0.0.1:1"}, 1, "check that the binary runs"},
		{"watch in a pipe", []string{"track", "-watch"}, 2, "-watch is for a terminal"},
		{"unknown totals", []string{"track", "-by", "team"}, 2, `-by "team" is not known; use one of component, package, file, func, owner`},
		{"impossible percentage", []string{"track", "-fail-under", "101"}, 2, "write a percentage from 0 to 100"},
		{"unknown order", []string{"track", "-order", "4"}, 2, "-order is 4; use 0"},
		{"cannot say", []string{"track", "-fail-under", "1", "nope.json"}, 2, "it cannot be said how much has run"},
		{"missing file", []string{"track", "nope.json"}, 1, "name a file that a binary wrote to GOAT_DIR"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := goat(test.args...)
			text, other := got.Stdout, got.Stderr
			if test.code != 0 {
				text, other = other, text
			}
			if got.Code != test.code || !strings.Contains(text, test.want) || other != "" {
				t.Errorf("got %+v, want code %d and only %q", got, test.code, test.want)
			}
		})
	}
}

func TestVersionJSON(t *testing.T) {
	var got map[string]string
	if err := json.Unmarshal([]byte(goat("version", "-json").Stdout), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"version", "go", "os", "arch"} {
		if got[key] == "" {
			t.Errorf("got no %s in %v, want one", key, got)
		}
	}
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("goat.yaml", []byte("race: true\noldBranch: v1\ngranularity: block\nignores: [vendor, a b]\ncomponents: {x: [a, b/...]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := goat("GOAT_PRECISION=2", "config", "-base", "v2")
	if got.Code != 1 || !strings.Contains(got.Stderr, "there is no go.mod in it or above") { // the base was asked for
		t.Fatalf("got %+v, want the settings, and that there is no base", got)
	}
	var lines []string
	for line := range strings.Lines(got.Stdout) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	for _, want := range []string{
		"SETTING VALUE FROM",
		"oldBranch v2 -base",
		"granularity patch goat.yaml:3",
		"diffPrecision 2 GOAT_PRECISION",
		"ignores vendor a b goat.yaml:4",
		"components x: a b/... goat.yaml:5",
		"patchfile - default",
		"serve http default",
		"without effect, may be removed: race",
	} {
		if !strings.Contains(strings.Join(lines, "\n")+"\n", want+"\n") {
			t.Errorf("got %s, want a line %q", got.Stdout, want)
		}
	}
	var report struct {
		Version  int
		File     string
		ID       string
		Needless []string
		Settings []struct {
			Name   string
			Value  any
			Origin string
		}
	}
	if err := json.Unmarshal([]byte(goat("config", "-json").Stdout), &report); err != nil {
		t.Fatal(err)
	}
	if report.Version != 1 || filepath.Base(report.File) != "goat.yaml" || len(report.ID) != 32 || len(report.Needless) != 1 {
		t.Errorf("got %+v, want version 1, the file, an id and one needless key", report)
	}
	values := make(map[string]any)
	for _, s := range report.Settings {
		values[s.Name] = s.Value
	}
	if diff := cmp.Diff([]any{"v1", float64(1), []any{"vendor", "a b"}}, []any{values["oldBranch"], values["diffPrecision"], values["ignores"]}); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestConfigErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := goat("config"); got.Code != 0 || !strings.Contains(got.Stdout, "no goat.yaml in ") {
		t.Errorf("got %+v, want success without a file", got)
	}
	if err := os.WriteFile("goat.yaml", []byte("granularity: lines\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := result{1, "", "goat config: goat.yaml:1: granularity: \"lines\" is not one of line, patch, scope, func; write line\n"}
	if diff := cmp.Diff(want, goat("config")); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}
