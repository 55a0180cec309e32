package rt

import (
	"encoding/binary"
	"os"
	"strconv"
)

// Privileged reports whether the program runs with rights that whoever started
// it does not have: by a setuid or setgid bit, by file capabilities, or because
// a security module says so (AT_SECURE, getauxval(3)). Its environment is then
// a stranger's: the runtime reads none of its variables, writes nothing and
// serves nothing.
//
// It is for the program's start, before the program gives rights away. Package
// syscall differs from system to system, and the runtime has no files for one
// system alone, so it puts together what all of them say: the ids, and that
// Go's own runtime sets GOTRACEBACK to none in such a program (security_unix.go).
// Where it is none and the ids are equal, the kernel's auxiliary vector decides.
// What cannot be read counts as privileged: the kernel hides the vector of just
// these programs (proc(5), dumpable).
func Privileged() bool {
	if os.Getuid() < 0 {
		return false // a system without user ids
	}
	if os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() {
		return true
	}
	if os.Getenv("GOTRACEBACK") != "none" {
		// Nothing is opened here: a program may close all descriptors that it does not
		// know, and Go's poller, which os.Open starts, does not survive that.
		return false
	}
	vector, err := os.ReadFile("/proc/self/auxv")
	return err != nil || secureBit(vector, strconv.IntSize/8)
}

// secureBit looks for AT_SECURE in an auxiliary vector: pairs of words of so
// many bytes, type and value. Without it the answer is true.
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
