package git

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"time"
)

// fileState is what lstat says about a file, in the form of git's index. It
// tells whether a file was written since, without reading it.
type fileState struct {
	known        bool  // false if it is not a regular file
	mtime, ctime int64 // nanoseconds since 1970; ctime is 0 on systems without one
	ino, size    uint32
}

// stateOf returns the state of a file.
func stateOf(path string) fileState {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return fileState{}
	}
	s := fileState{known: true, mtime: info.ModTime().UnixNano(), size: uint32(info.Size())}
	s.ctime, s.ino = changeTime(info)
	return s
}

// note reads one line of ls-files --debug.
func (s *fileState) note(line string) {
	for field := range strings.SplitSeq(line, "\t") {
		name, value, ok := strings.Cut(strings.TrimSpace(field), ": ")
		if !ok {
			continue
		}
		switch name {
		case "mtime":
			s.mtime, s.known = parseTime(value)
		case "ctime":
			s.ctime, _ = parseTime(value)
		case "ino":
			n, _ := strconv.ParseUint(value, 10, 32)
			s.ino = uint32(n)
		case "size":
			n, _ := strconv.ParseUint(value, 10, 32)
			s.size = uint32(n)
		}
	}
}

// parseTime reads "SECONDS:NANOSECONDS".
func parseTime(s string) (int64, bool) {
	seconds, nanos, ok := strings.Cut(s, ":")
	a, err := strconv.ParseInt(seconds, 10, 64)
	b, err2 := strconv.ParseInt(nanos, 10, 64)
	return a*int64(time.Second) + b, ok && err == nil && err2 == nil
}

// digest returns the state as stateLength letters.
func (s fileState) digest() string {
	var known uint32
	if s.known {
		known = 1
	}
	sum := uint64(14695981039346656037) // FNV-1a over numbers instead of bytes
	for _, n := range [...]uint64{uint64(s.mtime), uint64(s.ctime), uint64(s.ino)<<32 | uint64(s.size), uint64(known)} {
		for range 8 {
			sum = (sum ^ n&0xff) * 1099511628211
			n >>= 8
		}
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], sum)
	return hex.EncodeToString(b[:])
}

const stateLength = 16
