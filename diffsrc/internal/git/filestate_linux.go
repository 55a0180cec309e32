package git

import (
	"io/fs"
	"syscall"
)

// changeTime returns when a file's bytes, name or mode last changed, in
// nanoseconds since 1970, and its inode number.
func changeTime(info fs.FileInfo) (ctime int64, ino uint32) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctim.Nano(), uint32(s.Ino)
	}
	return 0, 0
}
