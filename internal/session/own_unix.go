//go:build unix

package session

import (
	"io/fs"
	"os"
	"syscall"
)

// ownFile reports whether a file belongs to the user who runs this process.
func ownFile(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid()
}
