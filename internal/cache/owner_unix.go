//go:build unix

package cache

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// hasModes says that a file's mode tells who can write to it.
const hasModes = true

// owned reports whether a file belongs to the user that this process acts as,
// and names its owner.
func owned(info fs.FileInfo) (owner string, own bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "unknown", false
	}
	return fmt.Sprintf("user ID %d", stat.Uid), int(stat.Uid) == os.Geteuid()
}
