package gotool

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
)

// Version prints the tool's answer to -V=full and returns its exit code. Each
// build asks four tools, so the answers of the toolchain's own tools are cached
// by the tool's file and the go command's variables, and the tool need not run.
// If there is another wrapper, which may change the answer, the tool always
// runs.
func (c Call) Version() (int, error) {
	key := c.versionKey()
	if key == "" {
		return c.Run()
	}
	folder := c.Cache().Folder(cache.Tools)
	if answer, err := folder.Get(key); err == nil && isVersionLine(answer, c.Name) {
		_, err := c.Stdout.Write(answer)
		return 0, err
	}
	r, err := c.Try()
	c.Print(r)
	if err == nil && r.Code == 0 && len(r.Stderr) == 0 && isVersionLine(r.Stdout, c.Name) {
		if err := folder.Put(key, r.Stdout); err != nil {
			c.Log.Warn("keeping a tool's version", "err", err)
		}
	}
	return r.Code, err
}

// CachesVersion reports whether Version need not run the tool each time.
func (c Call) CachesVersion() bool { return c.versionKey() != "" }

// isVersionLine reports whether an answer is one line "NAME version …".
func isVersionLine(answer []byte, name string) bool {
	return bytes.HasPrefix(answer, []byte(name+" version ")) && bytes.IndexByte(answer, '\n') == len(answer)-1
}

// versionKey returns the name of the cache entry for a tool's answer, or "" if
// the answer is not cached.
func (c Call) versionKey() string {
	dir := c.Getenv("GOTOOLDIR")
	if len(c.Wrapper) > 0 || dir == "" || filepath.Dir(c.Tool) != dir {
		return ""
	}
	info, err := os.Stat(c.Tool)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "1\x00%s\x00%d\x00%d\x00", c.Tool, info.Size(), info.ModTime().UnixNano())
	env := os.Environ()
	slices.Sort(env)
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "GOAT_") && !notForTools[name] {
			fmt.Fprintf(h, "%s\x00", kv)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// notForTools are variables of the go command that differ from build to build
// and do not matter to the tools.
var notForTools = map[string]bool{"GOCACHE": true, "GOFLAGS": true, "GOTMPDIR": true, "GOMODCACHE": true, "GOPATH": true}
