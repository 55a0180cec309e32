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
	Dir     string   // the directory in which the build runs
	Env     []string // the build's environment; nil means the process's
	Go      string   // the go command; "" means "go"
	Modfile string   // the build's -modfile; "" if not set
	// RunByGo says that a go command made Env for one of its tools, so Env
	// includes the settings of go env -w and the like. Then the files can be
	// found without a go command, if nothing unusual is set.
	RunByGo bool
	Mod     string // the build's -mod; "" if not set
	// InForce are the files in force, if the caller knows them; otherwise nil.
	InForce *InForce
}

// InForce decides which modules a build has, in the form of go env.
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
	// go env names a go.mod even if the go.work in force does not use it.
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

// modfile returns the absolute path of the -modfile.
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
// if only the go command knows them.
func (q Query) LookUp() (files InForce, ok bool) {
	files.GOMOD, files.GOWORK, ok = q.lookUp()
	return files, ok
}

// lookUp finds the go.mod and go.work in force by the go command's rules
// (cmd/go/internal/modload: FindGoWork, findModuleRoot, WillBeEnabled), which
// saves a process in every build. ok is false if something unusual is set that
// only the go command understands.
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
		// go env -w refuses GOWORK, but people can edit the file.
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
	// A go.mod in the temporary directory itself does not count.
	temporary := env("TMPDIR")
	if temporary == "" {
		temporary = os.TempDir()
	}
	if gomod != "" && sameDirectory(filepath.Dir(gomod), temporary) {
		gomod = ""
	}
	return gomod, gowork, true
}

// getenv returns a function that looks up variables of Env.
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

// mentionsWork reports whether a settings file of the go command contains the
// word GOWORK.
func mentionsWork(file string) bool {
	if file == "" || file == "off" {
		return false
	}
	data, err := os.ReadFile(file)
	return err == nil && bytes.Contains(data, []byte("GOWORK"))
}

// nearestFile returns the first file of a name in dir or above it. It does not
// look in border or above that.
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
