package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// InForce returns what "go env" would print for a build in dir, for a process
// that was not started by a go command. If possible, it finds that out without
// running the go command, which takes longer than anything else that goat does
// before a build.
func InForce(ctx context.Context, dir string) (modules.InForce, error) {
	if env, ok := ownEnvironment(dir); ok {
		return env, nil
	}
	return askGo(ctx, dir)
}

func askGo(ctx context.Context, dir string) (modules.InForce, error) {
	env, err := modules.Query{Dir: dir}.GoEnv(ctx, "GOFLAGS", "GOMOD", "GOWORK")
	if err != nil {
		return modules.InForce{}, fmt.Errorf("asking the go command for its environment: %w; try \"go env\"", err)
	}
	return modules.InForce{GOMOD: env["GOMOD"], GOWORK: env["GOWORK"], GOFLAGS: env["GOFLAGS"]}, nil
}

func ownEnvironment(dir string) (modules.InForce, bool) {
	root, ok := goRoot()
	if !ok {
		return modules.InForce{}, false
	}
	settings, ok := readSettings(root)
	if !ok || settings("GOROOT") != "" && settings("GOROOT") != root {
		return modules.InForce{}, false
	}
	env := append(os.Environ(), "GOROOT="+root)
	for _, name := range []string{"GO111MODULE", "GOFLAGS", "GOWORK"} {
		env = append(env, name+"="+settings(name))
	}
	q := modules.Query{Dir: dir, Env: env, RunByGo: true}
	inForce, ok := q.LookUp()
	inForce.GOFLAGS = settings("GOFLAGS")
	return inForce, ok
}

// goRoot returns the GOROOT of the go command in PATH. ok is false if that is a
// script that runs another one.
func goRoot() (root string, ok bool) {
	path, err := exec.LookPath("go")
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", false
	}
	root = filepath.Dir(filepath.Dir(path))
	_, err = os.Stat(filepath.Join(root, "src", "cmd", "go"))
	return root, err == nil
}

// readSettings returns the go command's variables, from the environment, from
// go env -w, and from the defaults that come with Go, in this order. An empty
// value counts as unset (cmd/go/internal/cfg: Getenv). ok is false if a file
// cannot be read.
func readSettings(root string) (get func(name string) string, ok bool) {
	files := []string{filepath.Join(root, "go.env"), os.Getenv("GOENV")}
	if config, err := os.UserConfigDir(); files[1] == "" && err == nil {
		files[1] = filepath.Join(config, "go", "env")
	}
	if files[1] == "off" {
		files = files[:1]
	}
	settings := make(map[string]string)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false
		}
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
				settings[name] = value
			}
		}
	}
	return func(name string) string { return cmp.Or(os.Getenv(name), settings[name]) }, true
}
