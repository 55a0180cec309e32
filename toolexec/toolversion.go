package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
)

// toolVersion prints what a tool answers to -V=full. Each build asks four
// tools, so the answers of the toolchain's own are kept, by the tool's file
// and the go command's variables; then the tool need not run. Another wrapper
// in between may change the answer and is always asked.
func (r *runner) toolVersion(stdout io.Writer) (int, error) {
	kept := r.versionKey()
	if kept == "" {
		return r.start(r.cmd.Args, stdout, r.stderr)
	}
	folder := r.cache().Folder(cache.Tools)
	if answer, err := folder.Get(kept); err == nil && isVersionLine(answer, r.cmd.Name) {
		_, err := stdout.Write(answer)
		return 0, err
	}
	var out, errs bytes.Buffer
	code, err := r.start(r.cmd.Args, &out, &errs)
	r.stderr.Write(errs.Bytes())
	stdout.Write(out.Bytes())
	if err == nil && code == 0 && errs.Len() == 0 && isVersionLine(out.Bytes(), r.cmd.Name) {
		if err := folder.Put(kept, out.Bytes()); err != nil {
			r.log.Warn("keeping a tool's version", "err", err)
		}
	}
	return code, err
}

// isVersionLine reports whether an answer is one line "NAME version …".
func isVersionLine(answer []byte, name string) bool {
	return bytes.HasPrefix(answer, []byte(name+" version ")) && bytes.IndexByte(answer, '\n') == len(answer)-1
}

// versionKey names the cache entry of a tool's answer, "" for a tool whose
// answer is not kept.
func (r *runner) versionKey() string {
	dir := r.getenv("GOTOOLDIR")
	if len(r.cmd.Wrapper) > 0 || dir == "" || filepath.Dir(r.cmd.Tool) != dir {
		return ""
	}
	info, err := os.Stat(r.cmd.Tool)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "1\x00%s\x00%d\x00%d\x00", r.cmd.Tool, info.Size(), info.ModTime().UnixNano())
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

// notForTools are variables of the go command's that differ from build to
// build and do not concern the tools.
var notForTools = map[string]bool{"GOCACHE": true, "GOFLAGS": true, "GOTMPDIR": true, "GOMODCACHE": true, "GOPATH": true}
