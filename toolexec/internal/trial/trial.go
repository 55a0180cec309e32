package trial

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// Run finds out whether a release that goat does not know links what goat
// generates. The plain go command builds a program from a package with counters
// and a substitute for the runtime, and Run runs it. That costs a second, once
// for each compiler. The answer must be known before the first package is
// instrumented, because nothing can be undone when the binary does not link.
func Run(call gotool.Call) error {
	info, err := os.Stat(call.Tool)
	if err != nil {
		return fmt.Errorf("trying an unknown Go release: %w", err)
	}
	digest := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%d", session.ToolID(), call.Tool, info.Size(), info.ModTime().UnixNano()))
	outcomes, key := call.Cache().Folder(cache.Toolchain), hex.EncodeToString(digest[:16])
	unlock, err := outcomes.Lock(key)
	if err != nil {
		call.Log.Warn("trying an unknown Go release without a cache", "err", err)
	}
	defer unlock()
	outcome, err := outcomes.Get(key)
	if err != nil {
		if outcome, err = build(call, outcomes.Path()); err != nil { // that says nothing about the release
			return fmt.Errorf("trying an unknown Go release: %w", err)
		}
		if err := outcomes.Put(key, outcome); err != nil {
			call.Log.Warn("keeping what an unknown Go release can do", "err", err)
		}
	}
	if string(outcome) != passed {
		return fmt.Errorf("trying an unknown Go release: %s; look for a newer version of goat", bytes.TrimSpace(outcome))
	}
	return nil
}

const passed = "goat: passed"

// build builds and runs the program and returns its output, or that of the go
// command if it fails. It works in a directory below the cache's, which is
// removed in time, or in the system's temporary directory if that one cannot be
// used.
func build(call gotool.Call, below string) ([]byte, error) {
	dir, err := os.MkdirTemp(below, prefix)
	if err == nil {
		defer os.RemoveAll(dir)
		err = writeFiles(dir)
	}
	if err != nil {
		if dir, err = os.MkdirTemp("", prefix); err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if err := writeFiles(dir); err != nil {
			return nil, err
		}
	}
	c := exec.Command(call.GoCommand(), "run", ".")
	c.Dir = dir
	c.Env = append(gotool.Environ(), "PWD="+dir,
		"GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if err := gotool.GoCommandError(fmt.Errorf("%w: %s", err, bytes.TrimSpace(out)), string(out)); gotool.IsKilled(err) {
			return nil, err
		}
		return fmt.Appendf(out, "\n%v", err), nil
	}
	return out, err
}

const prefix = "trial-"

func writeFiles(dir string) error {
	for name, text := range files() {
		name = filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(name), 0o777)
		if err == nil {
			err = os.WriteFile(name, text, 0o666)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// files are a module like goat's, with two instrumented packages.
func files() map[string][]byte {
	texts := map[string][]byte{
		"go.mod": []byte("module " + entry.Module + "\n\ngo 1.26\n"),
		"main.go": []byte(`package main

import (
	"` + entry.Runtime + `"
	"` + entry.Module + `/bool"
	"` + entry.Module + `/count"
)

func main() {
	if bool.F(); count.F() && rt.Points == 4 {
		print("` + passed + `")
	}
}
`),
		"rt/rt.go": []byte(`package rt

import "unsafe"

var Points int

//go:linkname registerHooksV4
var registerHooksV4 = []func(unsafe.Pointer){func(info unsafe.Pointer) {
	Points += *(*int)((*[5]unsafe.Pointer)(info)[1])
}}
`),
	}
	for name, counts := range map[string]bool{"bool": false, "count": true} {
		counters, points, hit := generate.Sample(name, counts)
		points = append(points, "\nfunc F() (done bool) { "+hit+"; return true }\n"...)
		texts[name+"/"+generate.CountersName], texts[name+"/"+generate.PointsName] = counters, points
	}
	return texts
}
