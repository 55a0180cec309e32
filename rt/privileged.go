package rt

import (
	"encoding/binary"
	"os"
	"strconv"
)

// Privileged reports whether the program has rights that the user who started
// it does not have: by a setuid or setgid bit, by file capabilities, or because
// a security module says so (AT_SECURE, getauxval(3)). Then somebody else
// controls its environment, so the runtime ignores its variables, writes
// nothing and serves nothing.
//
// Call it at program start, before the program drops rights. The runtime has no
// files for single systems, so it combines what is available everywhere: the
// ids, and that Go's own runtime sets GOTRACEBACK to none in such a program
// (security_unix.go). If it is none and the ids are equal, the kernel's
// auxiliary vector decides. If that cannot be read, the program counts as
// privileged, because the kernel hides the vector of just these programs
// (proc(5), dumpable).
func Privileged() bool {
	if os.Getuid() < 0 {
		return false // this system has no user ids
	}
	if os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() {
		return true
	}
	if os.Getenv("GOTRACEBACK") != "none" {
		// Nothing may be opened here: a program may close all descriptors that
		// it does not know, and Go's poller, which os.Open starts, does not
		// survive that.
		return false
	}
	vector, err := os.ReadFile("/proc/self/auxv")
	return err != nil || secureBit(vector, strconv.IntSize/8)
}

// secureBit looks for AT_SECURE in an auxiliary vector of pairs of type and
// value, each word bytes long. If it is not there, the answer is true.
func secureBit(vector []byte, word int) bool {
	const atSecure = 23
	read := func(b []byte) uint64 {
		if word == 4 {
			return uint64(binary.NativeEndian.Uint32(b))
		}
		return binary.NativeEndian.Uint64(b)
	}
	for ; len(vector) >= 2*word; vector = vector[2*word:] {
		if read(vector) == atSecure {
			return read(vector[word:]) != 0
		}
	}
	return true
}
