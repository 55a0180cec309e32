package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/session"
)

// tryToolchain finds out whether a release that goat does not know links what
// goat generates: a program is built by the plain go command from a package
// with counters and something that stands for the runtime, and run. That
// costs a second, once for a compiler. An instrumented package cannot be taken
// back when its binary does not link, so the answer must be known before.
func (r *runner) tryToolchain() error {
	info, err := os.Stat(r.cmd.Tool)
	if err != nil {
		return fmt.Errorf("trying an unknown Go release: %w", err)
	}
	digest := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%d", session.ToolID(), r.cmd.Tool, info.Size(), info.ModTime().UnixNano()))
	outcomes, key := r.cache().Folder(cache.Toolchain), hex.EncodeToString(digest[:16])
	unlock, err := outcomes.Lock(key)
	if err != nil {
		r.log.Warn("trying an unknown Go release without a cache", "err", err)
	}
	defer unlock()
	outcome, err := outcomes.Get(key)
	if err != nil {
		if outcome, err = r.runTrial(outcomes.Path()); err != nil { // says nothing of the release
			return fmt.Errorf("trying an unknown Go release: %w", err)
		}
		if err := outcomes.Put(key, outcome); err != nil {
			r.log.Warn("keeping what an unknown Go release can do", "err", err)
		}
	}
	if string(outcome) != trialPassed {
		return fmt.Errorf("trying an unknown Go release: %s; look for a newer version of goat", bytes.TrimSpace(outcome))
	}
	return nil
}

const trialPassed = "goat: passed"

// runTrial builds and runs the program and returns what it prints, and the go
// command when it fails. It does so in a directory of its own below the cache's,
// which are removed in time, or where temporary files go when that has no room.
func (r *runner) runTrial(below string) ([]byte, error) {
	dir, err := os.MkdirTemp(below, trialPrefix)
	if err == nil {
		defer os.RemoveAll(dir)
		err = writeTrial(dir)
	}
	if err != nil {
		if dir, err = os.MkdirTemp("", trialPrefix); err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if err := writeTrial(dir); err != nil {
			return nil, err
		}
	}
	c := exec.Command(r.goCommand(), "run", ".")
	c.Dir = dir
	c.Env = append(withoutImportPath(os.Environ()), "PWD="+dir,
		"GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if endedBySignal(err) || saysOfSignal(string(out)) {
			return nil, killedError{fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))}
		}
		return fmt.Appendf(out, "\n%v", err), nil
	}
	return out, err
}

const trialPrefix = "trial-"

func writeTrial(dir string) error {
	for name, text := range trialFiles() {
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

// trialFiles are a module like goat's, with two instrumented packages.
func trialFiles() map[string][]byte {
	files := map[string][]byte{
		"go.mod": []byte("module " + goatModule + "\n\ngo 1.26\n"),
		"main.go": []byte(`package main

import (
	"` + rtPath + `"
	"` + goatModule + `/bool"
	"` + goatModule + `/count"
)

func main() {
	if bool.F(); count.F() && rt.Points == 4 {
		print("` + trialPassed + `")
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
	for name, g := range map[string]generator{
		"bool":  {prefix: "goatTrack", element: "uint32"},
		"count": {prefix: "goatTrack", element: "uint32", countData: true, address: true},
	} {
		var counters, rest bytes.Buffer
		fmt.Fprintf(&counters, "package %s\n", name)
		g.declare(&counters, 2)
		fmt.Fprintf(&rest, "package %s\n\nimport _ \"unsafe\"\n", name)
		g.writeCounters(&rest, 2, []byte("manifest"))
		io.WriteString(&rest, "\nfunc F() (done bool) { "+g.hit(1, false)+"; return true }\n")
		files[name+"/"+countersName], files[name+"/"+generatedName] = counters.Bytes(), rest.Bytes()
	}
	return files
}
