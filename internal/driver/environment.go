package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc"
)

// environment is what the driver wants to know of the go command's.
type environment struct {
	GOFLAGS string
	diffsrc.InForce
}

// goEnvironment returns what "go env" says of a build in dir. Where nothing but
// the process's own environment has a say, the go command is not asked: that
// takes longer than anything else that the driver does.
func goEnvironment(ctx context.Context, dir string) (environment, error) {
	if env, ok := ownEnvironment(dir); ok {
		return env, nil
	}
	return askGo(ctx)
}

func askGo(ctx context.Context) (env environment, err error) {
	out, err := exec.CommandContext(ctx, "go", "env", "-json", "GOFLAGS", "GOMOD", "GOWORK").Output()
	if err == nil {
		err = json.Unmarshal(out, &env)
	}
	if err != nil {
		return env, fmt.Errorf("asking the go command for its environment: %w; try \"go env\"", err)
	}
	return env, nil
}

func ownEnvironment(dir string) (environment, bool) {
	path, err := exec.LookPath("go")
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	root := filepath.Dir(filepath.Dir(path))
	if _, statErr := os.Stat(filepath.Join(root, "src", "cmd", "go")); err == nil {
		err = statErr // "go" may be a script that finds the real one
	}
	if err != nil || os.Getenv("GOROOT") != "" && os.Getenv("GOROOT") != root {
		return environment{}, false
	}
	user := os.Getenv("GOENV")
	if config, err := os.UserConfigDir(); user == "" && err == nil {
		user = filepath.Join(config, "go", "env")
	}
	if setsSomething(filepath.Join(root, "go.env")) || user != "off" && setsSomething(user) {
		return environment{}, false
	}
	q := diffsrc.ModuleQuery{Dir: dir, Env: append(os.Environ(), "GOROOT="+root, "GOENV="+user), Settled: true}
	inForce, ok := q.LookUp()
	return environment{os.Getenv("GOFLAGS"), inForce}, ok
}

// setsSomething reports whether a file of settings (go help environment) may
// set a variable that the driver wants to know, or cannot be read.
func setsSomething(file string) bool {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		return true
	}
	for _, name := range []string{"GOFLAGS", "GOWORK", "GO111MODULE"} {
		if bytes.Contains(data, []byte(name)) {
			return true
		}
	}
	return false
}
