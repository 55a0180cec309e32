package toolexec

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"
)

// giveUp logs why a package stays as it is and compiles it so. With
// GOAT_STRICT=1 it is an error.
func (r *runner) giveUp(u unit, err error) (int, error) {
	r.log.Warn("compiling without goat", "package", u.importPath, "reason", err.Error())
	if r.strict() {
		return 0, fmt.Errorf("instrumenting %s: %w; unset GOAT_STRICT to build it without tracking points", u.importPath, err)
	}
	if passing(err) {
		return r.passOnUnkept()
	}
	return r.passOn()
}

// passing reports whether an error may be gone the next time: a full disk, a
// file that could not be read, a process that could not be started.
func passing(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &number)
}

// passOnUnkept compiles the user's files into an archive that the go command
// uses and does not keep: one that has not the build ID which it asked for
// (cmd/go/internal/work: updateBuildID). The next build tries again.
func (r *runner) passOnUnkept() (int, error) {
	r.cmd.Args = unkept(r.cmd.Args)
	return r.passOn()
}

func unkept(args []string) []string { return replaceFlag(args, "-buildid", "goat/unkept") }

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
