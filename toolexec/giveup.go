package toolexec

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"
)

// giveUp logs why a package stays as it is and compiles it so. With
// GOAT_STRICT=1 it is an error.
func (r *runner) giveUp(u unit, err error) (int, error) {
	if killed(err) {
		return 0, err
	}
	r.log.Warn("compiling without goat", "package", u.importPath, "reason", err.Error())
	if r.strict() {
		return 0, fmt.Errorf("instrumenting %s: %w; unset GOAT_STRICT to build it without tracking points", u.importPath, err)
	}
	if r.unkept || passing(err) {
		return r.passOnUnkept()
	}
	return r.passOn()
}

// passing reports whether an error may be gone the next time: a full disk, a
// file that could not be read, a process that could not be started or was
// killed, such as git.
func passing(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &number) || endedBySignal(err)
}

// passOnUnkept compiles the user's files into an archive that the go command
// uses and does not keep: one that has not the build ID which it asked for
// (cmd/go/internal/work: updateBuildID). The next build tries again.
func (r *runner) passOnUnkept() (int, error) {
	r.cmd.Args = unkept(r.cmd.Args)
	return r.passOn()
}

func unkept(args []string) []string {
	asked := flagValue(args, "-buildid")
	if asked == "" { // of -ldflags=-buildid=
		return args
	}
	// A digest, since a binary's other IDs are made of this one.
	return replaceFlag(args, "-buildid", fmt.Sprintf("%s%x", unkeptID, sha256.Sum256([]byte(asked))))
}

// unkeptID begins the build IDs of what the go command does not keep.
const unkeptID = "goat/unkept-"

// strict reports whether what goat cannot do is an error, before a session
// could be read.
func (r *runner) strict() bool {
	v := r.getenv("GOAT_STRICT")
	return v == "1" || v == "true"
}

// recovered turns a panic, a fault of goat's, into an error: the build does
// not fail for it.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
}
