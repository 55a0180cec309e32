package session

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// TestGoEnvironment compares the settings found without the go command with its
// own answer, and checks that goat asks it when only it can know.
func TestGoEnvironment(t *testing.T) {
	top := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a/go.mod", "module example.com/a\n\ngo 1.26\n")
	write("a/sub/x.go", "package sub\n")
	write("work/go.work", "go 1.26\n\nuse ./b\n")
	write("work/b/go.mod", "module example.com/b\n\ngo 1.26\n")
	write("none/x.txt", "")
	write("env", "GOFLAGS=-tags=fromfile\n")
	write("other", "GOPRIVATE=example.com\n")
	write("work.env", "# GOWORK=off\nGOWORK=off\nGO111MODULE=on")
	write("root.env", "GOROOT=/nowhere\n")
	tests := []struct {
		name  string
		dir   string
		env   map[string]string
		asked bool
	}{
		{"a module", "a", nil, false},
		{"below it", "a/sub", map[string]string{"GOFLAGS": "-mod=mod '-tags=a b'"}, false},
		{"a workspace", "work/b", nil, false},
		{"a workspace turned off", "work/b", map[string]string{"GOWORK": "off"}, false},
		{"no module", "none", nil, false},
		{"settings of others", "a", map[string]string{"GOENV": filepath.Join(top, "other")}, false},
		{"go env -w", "a", map[string]string{"GOENV": filepath.Join(top, "env")}, false},
		{"go env -w and a variable", "a", map[string]string{"GOENV": filepath.Join(top, "env"), "GOFLAGS": "-tags=variable"}, false},
		{"a workspace turned off in a file", "work/b", map[string]string{"GOENV": filepath.Join(top, "work.env")}, false},
		{"settings that are a directory", "a", map[string]string{"GOENV": top}, true},
		{"without modules", "a", map[string]string{"GO111MODULE": "off"}, true},
		{"a workspace by name", "a", map[string]string{"GOWORK": filepath.Join(top, "work", "go.work")}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{"GOFLAGS", "GOWORK", "GO111MODULE"} {
				t.Setenv(name, tt.env[name])
			}
			t.Setenv("GOENV", "off")
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			dir := filepath.Join(top, filepath.FromSlash(tt.dir))
			t.Chdir(dir)
			own, ok := ownEnvironment(dir)
			if ok == tt.asked {
				t.Errorf("found without the go command: got %v, want %v", ok, !tt.asked)
			}
			asked, err := askGo(context.Background(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(normal(asked), normal(own)); ok && diff != "" {
				t.Errorf("(-go env +found):\n%s", diff)
			}
			t.Setenv("GOENV", filepath.Join(top, "root.env"))
			if _, ok := ownEnvironment(dir); ok {
				t.Error("with another GOROOT in a file: got an answer without the go command")
			}
			t.Setenv("GOROOT", dir)
			if _, ok := ownEnvironment(dir); ok {
				t.Error("with another GOROOT: got an answer without the go command")
			}
		})
	}
}

// normal writes all spellings of "none" in the same way.
func normal(env modules.InForce) modules.InForce {
	if env.GOMOD == os.DevNull {
		env.GOMOD = ""
	}
	if env.GOWORK == "off" {
		env.GOWORK = ""
	}
	return env
}
