package diffsrc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// Module is a module of the build whose code may be instrumented.
type Module struct {
	Path    string // as its go.mod says
	Dir     string // absolute
	Version string `json:",omitempty"` // of a required module: Dependency.Version; "" for the build's own
}

// ModuleQuery says where to look for a build's modules.
type ModuleQuery struct {
	Dir     string   // the directory the build runs in
	Env     []string // the build's environment; nil is the process's
	Go      string   // the go command; "" is "go"
	Modfile string   // the build's -modfile, "" for none
	// Settled says that Env is the one of a tool that a go command runs: it
	// holds what go env -w and the like have set. The files are then looked
	// for without a go command where that is sure to find the same.
	Settled bool
	Mod     string // the build's -mod, "" for the go command's default
	// InForce are the files in force where somebody has asked the go command
	// already; nil asks.
	InForce *InForce
}

// InForce is what decides what the modules of a build are, as go env prints it.
type InForce struct {
	GOMOD   string // "" or os.DevNull for none
	GOWORK  string // "" or "off" for none
	GOFLAGS string // not looked at here; it may hold a -modfile
}

// Find returns the main module as seen from the directory, or every module of
// the workspace when a go.work is in force, in its order. Outside any module
// (GO111MODULE=off, a lone file) there are none, which is no error. The error for
// what cannot be read is ErrUnread.
func (q ModuleQuery) Find(ctx context.Context) ([]Module, error) {
	modules, _, err := q.FindRoot(ctx)
	return modules, err
}

// FindRoot is Find, and returns the directory of the go.work or of the main
// module, see Options.Root; "" outside any module.
func (q ModuleQuery) FindRoot(ctx context.Context) (modules []Module, root string, err error) {
	gomod, gowork, err := q.files(ctx)
	switch {
	case err != nil:
	case gowork != "" && gowork != "off":
		root = filepath.Dir(gowork)
		modules, err = workspaceModules(gowork)
	case gomod != "" && gomod != os.DevNull:
		root = filepath.Dir(gomod)
		modules, err = q.mainModule(gomod)
	}
	if err != nil && ctx.Err() == nil {
		err = unread{err}
	}
	return modules, root, err
}

// ErrUnread is wrapped by the error for a go.mod or go.work that cannot be read.
// The go command has its own view of these files (-overlay), and says what is
// wrong with them.
var ErrUnread = errors.New("the build's modules could not be found")

// unread makes an error one of those.
type unread struct{ error }

func (unread) Is(target error) bool { return target == ErrUnread }

func (e unread) Unwrap() error { return e.error }

func (q ModuleQuery) mainModule(gomod string) ([]Module, error) {
	file := gomod
	if q.Modfile != "" {
		file = q.modfile()
	}
	path, err := modulePath(file)
	if err != nil {
		return nil, err
	}
	return []Module{{Path: path, Dir: filepath.Dir(gomod)}}, nil
}

func (q ModuleQuery) modfile() string {
	if filepath.IsAbs(q.Modfile) {
		return q.Modfile
	}
	return filepath.Join(q.Dir, q.Modfile)
}

func (q ModuleQuery) goCommand() string {
	if q.Go == "" {
		return "go"
	}
	return q.Go
}

// goEnv is what the go command says of itself.
type goEnv struct{ GOMOD, GOWORK, GOMODCACHE string }

func (q ModuleQuery) files(ctx context.Context) (gomod, gowork string, err error) {
	if q.InForce != nil {
		return q.InForce.GOMOD, q.InForce.GOWORK, nil
	}
	if gomod, gowork, ok := q.lookUp(); ok {
		return gomod, gowork, nil
	}
	env, err := q.goEnv(ctx)
	return env.GOMOD, env.GOWORK, err
}

// goEnv asks the go command for the files that are in force. A go.mod beside
// a go.work that does not use it is not in force; go env then still names it.
func (q ModuleQuery) goEnv(ctx context.Context) (answer goEnv, err error) {
	command := q.goCommand()
	cmd := exec.CommandContext(ctx, command, "env", "-json", "GOMOD", "GOWORK", "GOMODCACHE")
	cmd.Dir, cmd.Env = q.Dir, q.Env
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && errs.Len() > 0 {
			first, _, _ := strings.Cut(strings.TrimLeft(errs.String(), "\r\n"), "\n")
			err = errors.New(strings.TrimRight(first, "\r"))
		}
		return answer, fmt.Errorf("running %s env in %s: %w", command, q.Dir, err)
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return answer, fmt.Errorf("reading the answer of %s env: %w", command, err)
	}
	return answer, nil
}

func workspaceModules(gowork string) ([]Module, error) {
	data, err := os.ReadFile(gowork)
	if err != nil {
		return nil, fmt.Errorf("reading the workspace: %w", err)
	}
	work, err := modfile.ParseWork(gowork, data, nil)
	if err != nil {
		return nil, fmt.Errorf("parsing the workspace: %w", err)
	}
	var list []Module
	for _, use := range work.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(gowork), dir)
		}
		path, err := modulePath(filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, fmt.Errorf("reading a module that %s uses: %w", gowork, err)
		}
		list = append(list, Module{Path: path, Dir: filepath.Clean(dir)})
	}
	return list, nil
}

func modulePath(gomod string) (string, error) {
	data, err := os.ReadFile(gomod)
	if err != nil {
		return "", fmt.Errorf("reading module path: %w", err)
	}
	path := modfile.ModulePath(data)
	if path == "" {
		return "", fmt.Errorf("reading module path: %s has no module line: add one with `go mod edit -module=PATH`", gomod)
	}
	return path, nil
}
