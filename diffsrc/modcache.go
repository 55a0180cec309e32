package diffsrc

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
)

// fetchTime bounds the download of missing modules. A build waits for it.
const fetchTime = 2 * time.Minute

// goOutput runs the go command for its output, apart from the build's flags.
// A toolchain is never downloaded for it.
func (r *Requirements) goOutput(ctx context.Context, dir, gowork string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, r.Go, args...)
	environ := r.Env
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
		err = errors.New(firstLine(errs.String()))
	}
	return out.Bytes(), err
}

// inCache reports whether a version is in the module cache, complete.
func (r *Requirements) inCache(c code) bool {
	_, err := r.sum(c)
	if err != nil {
		return false
	}
	dir, err := r.dirOf(c)
	if err != nil {
		return false
	}
	_, err = os.Stat(dir)
	return err == nil
}

// sum returns the h1 hash of a version in the module cache, which the go
// command has computed of all of its files.
func (r *Requirements) sum(c code) (string, error) {
	path, err := module.EscapePath(c.path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(c.version)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(r.ModCache, "cache", "download", filepath.FromSlash(path), "@v", version+".ziphash"))
	return strings.TrimSpace(string(data)), err
}

// download gets what is missing in the module cache and returns why each
// version that could not be had is missing. sums are lines of go.sum files to
// check against, beside the checksum database.
func (r *Requirements) download(ctx context.Context, wanted []code, sums []byte, log *slog.Logger) map[code]error {
	missing := make(map[code]error)
	for _, c := range wanted {
		if c.dir == "" && !r.inCache(c) {
			missing[c] = errors.New("it is not in the module cache")
		}
	}
	if len(missing) == 0 || r.Fetch == FetchNothing {
		return missing
	}
	var names []string
	for c := range missing {
		names = append(names, c.module().String())
	}
	slices.Sort(names)
	log.Info("downloading modules to compare with", "modules", names)
	answer, err := r.goDownload(ctx, names, sums)
	for c := range missing {
		switch reason, ok := answer[c.module()]; {
		case ok && reason == "" && r.inCache(c):
			delete(missing, c)
		case ok && reason != "":
			missing[c] = errors.New(firstLine(reason))
		case err != nil:
			missing[c] = err
		}
	}
	return missing
}

// goDownload runs go mod download outside of the user's module, whose go.sum
// it would change. It returns an error text for each module that was tried.
func (r *Requirements) goDownload(ctx context.Context, names []string, sums []byte) (map[module.Version]string, error) {
	dir, err := os.MkdirTemp("", downloadPrefix)
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
	out, err := r.goOutput(ctx, dir, "off", append([]string{"mod", "download", "-json"}, names...)...)
	answer := make(map[module.Version]string)
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Version, Error string }
		if decoder.Decode(&m) != nil {
			return answer, err
		}
		answer[module.Version{Path: m.Path, Version: m.Version}] = m.Error
	}
}
