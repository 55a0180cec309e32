package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/cli"
)

// repository makes a module of one file, with a tag v1 and a later change, and
// makes it the current directory.
func repository(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GOAT_CACHE": t.TempDir(), "GOFLAGS": "", "GOWORK": "off",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	write(t, "go.mod", "module example.com/app\n\ngo 1.26\n")
	write(t, "main.go", "package main\n\nfunc main() {\n\tprintln(1)\n}\n")
	git(t, "init", "-q", "-b", "main")
	git(t, "add", ".")
	git(t, "commit", "-qm", "one")
	git(t, "tag", "v1")
	write(t, "main.go", "package main\n\nfunc main() {\n\tprintln(1)\n\tprintln(2)\n}\n")
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestIndex(t *testing.T) {
	repository(t)
	if diff := cmp.Diff(result{}, goat("GOAT_INDEX=stale", "index", "-base", "v1")); diff != "" {
		t.Fatalf("result (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile("goat.index")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "example.com/app") || !strings.Contains(string(data), "main.go") {
		t.Errorf("got index %s, want one that names the module and the file", data)
	}
	os.Remove("goat.index") // the work tree is part of the index
	if got := goat("index", "-base", "v1", "-o", "-"); got.Code != 0 || got.Stdout != string(data) {
		t.Errorf("got %+v, want the index on standard output: %s", got, data)
	}
}

// TestIndexIntoPipe writes to something that is not a regular file: replacing it
// would remove /dev/null from the system.
func TestIndexIntoPipe(t *testing.T) {
	repository(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Fatalf("mkfifo: %v\n%s", err, out)
	}
	read := make(chan string)
	go func() {
		data, err := os.ReadFile(pipe)
		read <- fmt.Sprint(string(data), err)
	}()
	got := goat("index", "-base", "v1", "-o", pipe)
	if info, err := os.Lstat(pipe); err != nil || info.Mode().IsRegular() {
		t.Fatalf("got the mode %v (%v) of the pipe, want it still there; %+v", info.Mode(), err, got)
	}
	if text := <-read; got.Code != 0 || !strings.Contains(text, "example.com/app") {
		t.Errorf("got %+v and %q in the pipe, want the index", got, text)
	}
}

// TestIndexIntoStandardOutput writes to the file that standard output goes to, such
// as a redirected /dev/stdout: replacing it would remove /dev/stdout from the
// system.
func TestIndexIntoStandardOutput(t *testing.T) {
	repository(t)
	name := filepath.Join(t.TempDir(), "out")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	fmt.Fprint(out, "before\n")
	var errs strings.Builder
	code := cli.Main([]string{"index", "-base", "v1", "-o", name}, strings.NewReader(""), out, &errs, os.Getenv)
	fmt.Fprint(out, "behind\n")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if code != 0 || errs.String() != "" || !strings.HasPrefix(string(text), "before\n{") || !strings.HasSuffix(string(text), "}\nbehind\n") {
		t.Errorf("got %d, %q and %q, want the index between what stands before and behind", code, errs.String(), text)
	}
}

func TestIndexErrors(t *testing.T) {
	repository(t)
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"unknown base", []string{"index", "-base", "v9"}, "v9"},
		{"no such directory", []string{"index", "-base", "v1", "-o", "nope/goat.index"}, "choose another place with -o"},
		{"bad flag value", []string{"index", "-precision", "7"}, "-precision: 7 is not between 1 and 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := goat(test.args...); got.Code != 1 || got.Stdout != "" || !strings.Contains(got.Stderr, test.want) {
				t.Errorf("got %+v, want code 1 and %q", got, test.want)
			}
		})
	}
	write(t, "goat.yaml", "index: goat.index\n")
	if got := goat("index"); got.Code != 1 || !strings.Contains(got.Stderr, "goat.yaml:1 names an index to read") {
		t.Errorf("got %+v, want an error: the configuration names an index to read", got)
	}
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module example.com/app\n")
	if got := goat("index"); got.Code != 1 || got.Stderr == "" {
		t.Errorf("got %+v, want an error outside a repository", got)
	}
}
