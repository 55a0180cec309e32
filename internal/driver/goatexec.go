package driver

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
)

// ToolexecCommand makes the goat command behave as goat-exec.
const ToolexecCommand = "toolexec"

// goatExec is the program that the go command runs in front of its tools.
type goatExec struct {
	words []string
	tool  string // identifies it in the salts
}

// findGoatExec returns the goat-exec in this program's directory if it has the same
// version: it starts faster, and a build starts it often. Otherwise this program
// does its work.
func findGoatExec(getenv func(string) string) (goatExec, error) {
	self, err := os.Executable()
	if err != nil {
		return goatExec{}, fmt.Errorf("finding the goat command: %w", err)
	}
	version, tool := identity(handshake.Identity())
	beside := filepath.Join(filepath.Dir(self), "goat-exec"+filepath.Ext(self))
	if t, ok := toolOf(beside, version, getenv); ok {
		return goatExec{[]string{beside}, t}, nil
	}
	return goatExec{[]string{self, ToolexecCommand}, tool}, nil
}

// toolOf returns the part of the salts that identifies the goat-exec program; ok is
// false if there is none, or one of another version. It asks the program only once:
// the cache keeps the answer under a digest of the program's build ID.
func toolOf(program, version string, getenv func(string) string) (tool string, ok bool) {
	if _, err := os.Stat(program); err != nil {
		return "", false
	}
	h := sha256.Sum256([]byte(version + "\x00" + session.ProgramID(program)))
	folder, entry := cache.Open(getenv).Folder(cache.Wrappers), hex.EncodeToString(h[:16])
	if answer, err := folder.Get(entry); err == nil {
		if v, t := identity(string(answer)); v == version {
			return t, true
		}
	}
	answer, err := exec.Command(program, handshake.IdentifyFlag).Output()
	if err != nil {
		return "", false
	}
	v, t := identity(string(answer))
	if v != version {
		return "", false
	}
	_ = folder.Put(entry, answer) // without a cache the program is asked again
	return t, true
}
