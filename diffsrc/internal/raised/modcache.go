package raised

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// TemporaryPrefix begins the names of the directories in which the go command
// works, outside the user's module.
const TemporaryPrefix = "goat-modules-"

// fetchTime limits how long a build waits for missing modules.
const fetchTime = 2 * time.Minute

// moduleCache is the module cache of a build, and the go command that fills it.
type moduleCache struct{ *modules.Requirements }

// goOutput runs the go command without the build's flags and returns its
// output. It never downloads a toolchain.
func (m moduleCache) goOutput(ctx context.Context, dir, gowork string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, m.Go, args...)
	environ := m.Env
	if environ == nil {
		environ = os.Environ()
	}
	flags := ""
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, "GOFLAGS="); ok && strings.Contains(v, "-modcacherw") {
			flags = "-modcacherw"
		}
	}
	cmd.Dir = dir
	cmd.Env = append(slices.Clone(environ), "GOFLAGS="+flags, "GOWORK="+gowork, "GOTOOLCHAIN=local", "PWD="+dir)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return out.Bytes(), ctx.Err()
	}
	if err != nil && errs.Len() > 0 {
		err = errors.New(git.FirstLine(errs.String()))
	}
	return out.Bytes(), err
}

// inCache reports whether the module cache holds a version completely.
func (m moduleCache) inCache(c code) bool {
	_, err := m.sum(c)
	if err != nil {
		return false
	}
	dir, err := m.dirOf(c)
	if err != nil {
		return false
	}
	_, err = os.Stat(dir)
	return err == nil
}

// sum returns the h1 hash of all files of a version in the module cache, which
// the go command stored there.
func (m moduleCache) sum(c code) (string, error) {
	path, err := module.EscapePath(c.path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(c.version)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(m.ModCache, "cache", "download", filepath.FromSlash(path), "@v", version+".ziphash"))
	return strings.TrimSpace(string(data)), err
}

// download downloads the wanted versions that the module cache lacks. It
// returns an error for each version that it could not get. sums are lines of
// go.sum files to check against, besides the checksum database.
func (m moduleCache) download(ctx context.Context, wanted []code, sums []byte, log *slog.Logger) map[code]error {
	missing := make(map[code]error)
	for _, c := range wanted {
		if c.dir == "" && !m.inCache(c) {
			missing[c] = errors.New("it is not in the module cache")
		}
	}
	if len(missing) == 0 || m.Fetch == modules.FetchNothing {
		return missing
	}
	var names []string
	for c := range missing {
		names = append(names, c.module().String())
	}
	slices.Sort(names)
	log.Info("downloading modules to compare with", "modules", names)
	answer, err := m.goDownload(ctx, names, sums)
	for c := range missing {
		switch reason, ok := answer[c.module()]; {
		case ok && reason == "" && m.inCache(c):
			delete(missing, c)
		case ok && reason != "":
			missing[c] = errors.New(git.FirstLine(reason))
		case err != nil:
			missing[c] = err
		}
	}
	return missing
}

// goDownload runs go mod download outside the user's module, because it would
// change that module's go.sum. It returns an error text for each module that it
// tried.
func (m moduleCache) goDownload(ctx context.Context, names []string, sums []byte) (map[module.Version]string, error) {
	dir, err := os.MkdirTemp("", TemporaryPrefix)
	if err != nil {
		return nil, fmt.Errorf("making a directory to download from: %w", err)
	}
	defer os.RemoveAll(dir)
	err = os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module goat.invalid/base\n\ngo 1.18\n"), 0o666)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666)
	}
	if err != nil {
		return nil, fmt.Errorf("preparing a download: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	out, err := m.goOutput(ctx, dir, "off", append([]string{"mod", "download", "-json"}, names...)...)
	answer := make(map[module.Version]string)
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Version, Error string }
		if decoder.Decode(&m) != nil {
			return answer, err
		}
		answer[module.Version{Path: m.Path, Version: m.Version}] = m.Error
	}
}

var errNoVersion = errors.New("it has no version")

// dirOf returns where code is on disk, whether or not it exists.
func (m moduleCache) dirOf(c code) (string, error) {
	if c.dir != "" {
		return c.dir, nil
	}
	if c.version == "" {
		return "", errNoVersion
	}
	path, err := module.EscapePath(c.path)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	version, err := module.EscapeVersion(c.version)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	return filepath.Join(m.ModCache, filepath.FromSlash(path)+"@"+version), nil
}

// Place returns an index's dependencies with their directories on this machine.
func Place(r *modules.Requirements, list []modules.Dependency) []modules.Dependency {
	m := moduleCache{r}
	placed := make([]modules.Dependency, 0, len(list))
	for _, d := range list {
		if m.Vendor != "" {
			d.Dir = filepath.Join(m.Vendor, filepath.FromSlash(d.Path))
		} else if dir, err := m.dirOf(parseCode(d.Path, d.Version, m.Root)); err == nil {
			d.Dir = dir
		}
		placed = append(placed, d)
	}
	return placed
}
