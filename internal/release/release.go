package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

const (
	rootPath = "github.com/goat-trace/goat"
	hubPath  = rootPath + "/hub"
)

// hub is the hub's module as a release has it.
type hub struct {
	dir     string // its files
	version string
	goer    goer
}

// prepare serves the checkout's root module as a version from a proxy below
// work, copies the hub's files there, takes the replacement off, and serves the
// hub too.
func prepare(checkout, version, work string) (*hub, error) {
	files, err := sources(checkout)
	if err != nil {
		return nil, err
	}
	p := proxy{filepath.Join(work, "proxy")}
	if err := p.add(module.Version{Path: rootPath, Version: version}, files); err != nil {
		return nil, err
	}
	h := &hub{filepath.Join(work, "hub"), version, goer{proxy: p, work: work}}
	if err := h.copyFrom(files); err != nil {
		return nil, err
	}
	if err := h.requireRoot(); err != nil {
		return nil, err
	}
	if err := h.goer.run(h.dir, "mod", "tidy"); err != nil {
		return nil, err
	}
	return h, h.serve()
}

// sources returns the files of a checkout, those that git does not ignore.
func sources(checkout string) ([]file, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = checkout
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing the files of %s with git: %w", checkout, err)
	}
	var files []file
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		f := file{name, filepath.Join(checkout, filepath.FromSlash(name))}
		if _, err := f.Lstat(); err == nil { // git also lists what was removed
			files = append(files, f)
		}
	}
	return files, nil
}

func (h *hub) copyFrom(files []file) error {
	for _, f := range files {
		name, ok := strings.CutPrefix(f.name, "hub/")
		if !ok {
			continue
		}
		if err := copyFile(f.at, filepath.Join(h.dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

// requireRoot takes the replacement off and requires the version of the root.
func (h *hub) requireRoot() error {
	name := filepath.Join(h.dir, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading the hub's go.mod: %w", err)
	}
	mod, err := modfile.Parse("hub/go.mod", text, nil)
	if err != nil {
		return fmt.Errorf("parsing the hub's go.mod: %w", err)
	}
	if err := mod.DropReplace(rootPath, ""); err != nil {
		return fmt.Errorf("taking the replacement off: %w", err)
	}
	mod.Cleanup()
	if len(mod.Replace) > 0 {
		return fmt.Errorf("releasing the hub: it replaces %s, and modules with replacements cannot be installed by version; take it off", mod.Replace[0].Old.Path)
	}
	if err := mod.AddRequire(rootPath, h.version); err != nil {
		return fmt.Errorf("requiring %s of the root: %w", h.version, err)
	}
	return os.WriteFile(name, modfile.Format(mod.Syntax), 0o666)
}

// serve adds the hub to the proxy.
func (h *hub) serve() error {
	var files []file
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(h.dir, path)
		files = append(files, file{filepath.ToSlash(name), path})
		return err
	})
	if err != nil {
		return fmt.Errorf("listing the hub's files: %w", err)
	}
	return h.goer.proxy.add(module.Version{Path: hubPath, Version: h.version}, files)
}

// install installs goat-hub by its version, outside of any module, runs it, and
// returns what it says of itself.
func (h *hub) install() (string, error) {
	if err := h.goer.run(h.goer.work, "install", hubPath+"/cmd/goat-hub@"+h.version); err != nil {
		return "", err
	}
	out, err := exec.Command(filepath.Join(h.goer.work, "bin", "goat-hub"), "version").Output()
	said := string(bytes.TrimSpace(out))
	if err == nil && !strings.HasPrefix(said, "goat-hub "+h.version+" ") {
		err = fmt.Errorf("got %q, want goat-hub %s", said, h.version)
	}
	if err != nil {
		return "", fmt.Errorf("running the goat-hub that was installed: %w", err)
	}
	return said, nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o777)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o666)
	}
	if err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return nil
}

// goer runs the go command as a user without anything of goat has it: its
// module cache is empty, and goat's modules come from the proxy alone.
type goer struct {
	proxy proxy
	work  string
}

func (g goer) run(dir string, args ...string) error {
	env, err := g.environ(dir)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running go %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	return nil
}

// environ is the environment of such a go command.
func (g goer) environ(dir string) ([]string, error) {
	env, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return nil, fmt.Errorf("asking go env for the module cache: %w", err)
	}
	values := strings.Split(strings.TrimRight(string(env), "\r\n"), "\n")
	return append(os.Environ(),
		"PWD="+dir,
		"GOBIN="+filepath.Join(g.work, "bin"),
		"GOFLAGS=-modcacherw -trimpath", // so that it can be removed, and its place is in no key of the build cache
		"GOMODCACHE="+filepath.Join(g.work, "modules"),
		// What others made comes from the user's module cache, or from where that gets it.
		"GOPROXY="+strings.Join([]string{g.proxy.url(), fileURL(filepath.Join(values[0], "cache", "download")), values[1]}, ","),
		"GOSUMDB=off", "GOPRIVATE=", "GONOPROXY=none", "GOWORK=off", "GO111MODULE="), nil
}
