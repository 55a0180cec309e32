package modules

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
)

// Query says where to look for the modules of a build.
type Query struct {
	Dir     string   // the directory the build runs in
	Env     []string // the build's environment; nil is the process's
	Go      string   // the go command; "" is "go"
	Modfile string   // the build's -modfile, "" for none
	// RunByGo says that a go command made Env for one of its tools: it holds what
	// go env -w and the like have set. The files are then looked for without a go
	// command where that is sure to find the same.
	RunByGo bool
	Mod     string // the build's -mod, "" for the go command's default
	// InForce are the files in force, where the caller knows them; nil has them
	// looked for.
	InForce *InForce
}

// InForce is what decides what the modules of a build are, as go env prints it.
type InForce struct {
	GOMOD   string // "" or os.DevNull for none
	GOWORK  string // "" or "off" for none
	GOFLAGS string // not used here; it may hold a -modfile
}

// files returns the go.mod and the go.work in force.
func (q Query) files(ctx context.Context) (gomod, gowork string, err error) {
	if q.InForce != nil {
		return q.InForce.GOMOD, q.InForce.GOWORK, nil
	}
	if gomod, gowork, ok := q.lookUp(); ok {
		return gomod, gowork, nil
	}
	// go env names a go.mod even where the go.work in force does not use it.
	env, err := q.GoEnv(ctx, "GOMOD", "GOWORK")
	return env["GOMOD"], env["GOWORK"], err
}

// GoEnv asks the go command for some of its variables.
func (q Query) GoEnv(ctx context.Context, names ...string) (map[string]string, error) {
	command := q.goCommand()
	cmd := exec.CommandContext(ctx, command, append([]string{"env", "-json"}, names...)...)
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
		return nil, fmt.Errorf("running %s env in %s: %w", command, q.Dir, err)
	}
	var answer map[string]string
	if err := json.Unmarshal(out, &answer); err != nil {
		return nil, fmt.Errorf("reading the answer of %s env: %w", command, err)
	}
	return answer, nil
}

// modfile returns the file of -modfile, absolute.
func (q Query) modfile() string {
	if filepath.IsAbs(q.Modfile) {
		return q.Modfile
	}
	return filepath.Join(q.Dir, q.Modfile)
}

func (q Query) goCommand() string {
	if q.Go == "" {
		return "go"
	}
	return q.Go
}

// LookUp returns the files in force without asking the go command. ok is false
// where only the go command knows them.
func (q Query) LookUp() (files InForce, ok bool) {
	files.GOMOD, files.GOWORK, ok = q.lookUp()
	return files, ok
}

// lookUp finds the go.mod and the go.work in force as the go command does
// (cmd/go/internal/modload: FindGoWork, findModuleRoot, WillBeEnabled). That
// spares a process in every build. ok is false where something unusual is set
// whose meaning only the go command knows.
func (q Query) lookUp() (gomod, gowork string, ok bool) {
	env := q.getenv()
	if !q.RunByGo || env("GOROOT") == "" || !filepath.IsAbs(q.Dir) {
		return "", "", false
	}
	if mode := env("GO111MODULE"); mode != "" && mode != "on" || strings.Contains(env("GOFLAGS"), "-overlay") {
		return "", "", false
	}
	switch work := env("GOWORK"); work {
	case "":
		// go env -w refuses GOWORK, but people have editors.
		if mentionsWork(env("GOENV")) || mentionsWork(filepath.Join(env("GOROOT"), "go.env")) {
			return "", "", false
		}
		gowork = nearestFile(q.Dir, "go.work", filepath.Clean(env("GOROOT")))
	case "off":
		gowork = "off"
	default:
		return "", "", false
	}
	gomod = nearestFile(q.Dir, "go.mod", "")
	// A go.mod in the temporary directory itself is not in force.
	temporary := env("TMPDIR")
	if temporary == "" {
		temporary = os.TempDir()
	}
	if gomod != "" && sameDirectory(filepath.Dir(gomod), temporary) {
		gomod = ""
	}
	return gomod, gowork, true
}

// getenv returns a function that looks up a variable of Env.
func (q Query) getenv() func(string) string {
	env := q.Env
	if env == nil {
		env = os.Environ()
	}
	return func(name string) string {
		value := ""
		for _, kv := range env { // the last one counts
			if v, ok := strings.CutPrefix(kv, name+"="); ok {
				value = v
			}
		}
		return value
	}
}

// mentionsWork reports whether a file of settings of the go command has the word
// GOWORK in it.
func mentionsWork(file string) bool {
	if file == "" || file == "off" {
		return false
	}
	data, err := os.ReadFile(file)
	return err == nil && bytes.Contains(data, []byte("GOWORK"))
}

// nearestFile returns the first file of a name in dir or above it. The search
// goes up to the directory border and does not look into that one.
func nearestFile(dir, name, border string) string {
	for dir = filepath.Clean(dir); ; {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir || parent == border {
			return ""
		}
		dir = parent
	}
}

func sameDirectory(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
