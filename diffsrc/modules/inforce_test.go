package modules_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// settledEnv returns the environment that a go command with extra settings
// gives its tools. A -toolexec program prints it.
func settledEnv(t *testing.T, dir string, extra ...string) []string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "env")
	script := filepath.Join(t.TempDir(), "tool.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nenv >"+out+"\nexec \"$@\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "build", "-toolexec="+script, "-o", os.DevNull, "errors")
	c.Dir, c.Env = dir, append(os.Environ(), extra...)
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// TestModulesWithoutTheGoCommand compares what this package finds with what the
// go command says.
func TestModulesWithoutTheGoCommand(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	for name, text := range map[string]string{
		"one/go.mod":         "module example.com/one\n",
		"one/deep/a.go":      "package deep\n",
		"one/nested/go.mod":  "module example.com/nested\n",
		"space/go.work":      "go 1.26\n\nuse (\n\t./x\n\t./y\n)\n",
		"space/x/go.mod":     "module example.com/x\n\ngo 1.26\n",
		"space/y/go.mod":     "module example.com/y\n\ngo 1.26\n",
		"directory/go.mod/f": "",
		"none/a.go":          "package none\n",
		"env/workoff":        "GOWORK=off\n",
		"env/mod":            "GO111MODULE=off\nGOFLAGS=-mod=mod\n",
		"tmp/go.mod":         "module example.com/tmp\n",
		"tmp/below/a.go":     "package below\n",
	} {
		writeFile(t, filepath.Join(top, filepath.FromSlash(name)), text)
	}
	tests := []struct {
		dir  string
		env  []string
		asks bool // only the go command knows
	}{
		{dir: "one"},
		{dir: "one/deep"},
		{dir: "one/nested"},
		{dir: "space/x"},
		{dir: "space"},
		{dir: "space/x", env: []string{"GOWORK=off"}},
		{dir: "one", env: []string{"GOWORK=" + filepath.Join(top, "space", "go.work")}, asks: true},
		{dir: "space/y", env: []string{"GOENV=" + filepath.Join(top, "env", "workoff")}, asks: true},
		{dir: "one", env: []string{"GO111MODULE=off"}, asks: true},
		{dir: "one", env: []string{"GO111MODULE=auto"}, asks: true},
		{dir: "one", env: []string{"GO111MODULE=on"}},
		{dir: "one", env: []string{"GOENV=" + filepath.Join(top, "env", "mod")}, asks: true},
		{dir: "none"},
		{dir: "tmp/below", env: []string{"TMPDIR=" + filepath.Join(top, "tmp")}},
	}
	for _, tt := range tests {
		t.Run(strings.ReplaceAll(tt.dir+" "+strings.Join(tt.env, " "), top, ""), func(t *testing.T) {
			dir := filepath.Join(top, filepath.FromSlash(tt.dir))
			env := append(settledEnv(t, dir, tt.env...), "PWD="+dir)
			want, err := modules.Query{Dir: dir, Env: env}.Find(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			q := modules.Query{Dir: dir, Env: env, RunByGo: true, Go: "no go command is asked"}
			got, err := q.Find(context.Background())
			if (err != nil) != tt.asks {
				t.Fatalf("got error %v, want one: %v", err, tt.asks)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("modules: got +, want -:\n%s", diff)
			}
		})
	}
}
