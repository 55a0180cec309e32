package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

// user is somebody with a module, whose module cache is empty.
type user struct {
	t    *testing.T
	goer goer
	dir  string
	env  []string
}

// run runs a command and returns what it prints.
func (u user) run(name string, args ...string) string {
	u.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = u.dir, u.env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	u.t.Logf("%5.1f s: %s %s", time.Since(start).Seconds(), name, strings.Join(args, " "))
	if err != nil {
		u.t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, &stderr)
	}
	return strings.TrimSpace(string(out))
}

func (u user) write(name, text string) {
	u.t.Helper()
	if err := os.WriteFile(filepath.Join(u.dir, name), []byte(text), 0o666); err != nil {
		u.t.Fatal(err)
	}
}

// TestGoTool has goat as a tool of a module: go tool goat build, the -toolexec line,
// and go fix, with nothing of goat on the machine but what the proxy serves. The tools
// are named in a go.mod of their own, so that the module's stays as it is. In a run of
// make proofs the build cache is empty, too.
func TestGoTool(t *testing.T) {
	work := t.TempDir()
	files, err := sources(checkout)
	if err != nil {
		t.Fatal(err)
	}
	p := proxy{filepath.Join(work, "proxy")}
	if err := p.add(module.Version{Path: rootPath, Version: "v0.9.9"}, files); err != nil {
		t.Fatal(err)
	}
	u := user{t: t, dir: filepath.Join(work, "app"), goer: goer{proxy: p, work: work}}
	if err := os.MkdirAll(u.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if u.env, err = u.goer.environ(u.dir); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("GOAT_PROOFS") == "all" { // the standard library and goat are compiled from nothing: minutes
		u.env = append(u.env, "GOCACHE="+filepath.Join(work, "build"))
	}
	u.env = append(u.env, "GOAT_CACHE="+filepath.Join(work, "goat"), "GOAT_STRICT=1", "GOAT_SERVE=off", // without net/http there is little to compile
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	u.write("go.mod", "module example.com/app\n\ngo 1.22\n")
	u.write("main.go", "package main\n\nfunc main() {\n}\n")
	u.run("git", "init", "-q", "-b", "main")
	u.run("git", "add", "-A")
	u.run("git", "commit", "-q", "-m", "first")
	u.run("git", "tag", "v1.0.0")
	u.write("main.go", "package main\n\nfunc main() {\n\tprintln(1)\n\t// +goat:generate\n\tprintln(2)\n\t// +goat:end\n}\n")
	u.write("tools.mod", "module example.com/app/tools\n\ngo 1.26.0\n")

	u.run("go", "get", "-modfile=tools.mod", "-tool", rootPath+"/cmd/goat@v0.9.9", rootPath+"/cmd/goat-exec@v0.9.9", rootPath+"/cmd/goat-vet@v0.9.9")
	if mod := read(t, filepath.Join(u.dir, "go.mod")); strings.Contains(mod, "goat") {
		t.Errorf("got the go.mod\n%s, want it as it was", mod)
	}

	// The driver.
	u.run("go", "tool", "-modfile=tools.mod", "goat", "build", "-o", "driven", ".")
	if got := u.run("go", "tool", "-modfile=tools.mod", "goat", "points", "driven"); !strings.Contains(got, "main.go:4") || !strings.Contains(got, "base v1.0.0") {
		t.Errorf("got the points\n%s\nof go tool goat build, want one in line 4", got)
	}
	if got := u.run("go", "tool", "-modfile=tools.mod", "goat", "version"); !strings.HasPrefix(got, "goat v0.9.9 ") {
		t.Errorf("got %q, want version v0.9.9", got)
	}

	// The line for other go commands: the tool is built once, and named by its path.
	wrapper := u.run("go", "tool", "-modfile=tools.mod", "-n", "goat-exec")
	u.run("go", "build", "-toolexec="+wrapper, "-o", "bare", ".")
	if got := u.run("go", "tool", "-modfile=tools.mod", "goat", "points", "bare"); !strings.Contains(got, "main.go:4") {
		t.Errorf("got the points\n%s\nof -toolexec, want one in line 4", got)
	}

	// What go fix does.
	u.run("go", "fix", "-fixtool="+u.run("go", "tool", "-modfile=tools.mod", "-n", "goat-vet"), ".")
	if got := read(t, filepath.Join(u.dir, "main.go")); got != "package main\n\nfunc main() {\n\tprintln(1)\n}\n" {
		t.Errorf("got after go fix\n%s\nwant the block gone", got)
	}
}
