package toolexec

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/outputs"
)

// runner is one invocation of goat-exec.
type runner struct {
	gotool.Call
	flags    config.Flags
	prepared string // name of the session that the driver prepared; "" in a bare build
	salt     string // the driver's salt for this compile, or ""
}

// driven reports whether the driver runs the build.
func (r *runner) driven() bool { return r.prepared != "" }

// openSession returns the session of this build. The first process that asks
// computes it. An error is the user's to fix.
func (r *runner) openSession() (*session.Session, error) {
	in, err := r.sessionInput()
	if err != nil {
		return nil, err
	}
	in.Salted = !r.IsVersion()
	if r.IsVersion() {
		in.Fetch = modules.FetchBase    // nothing has been compiled yet
		in.Verify = r.Name == "compile" // compile is asked first
	}
	if r.driven() {
		return session.Prepared(context.Background(), in, r.prepared)
	}
	return session.Open(context.Background(), in)
}

// computeAgain finds the changed lines as they are now. It is an error if they
// cannot be found any more, because the build's salt promises the go command an
// archive with points.
func (r *runner) computeAgain(earlier *session.Session) (*session.Session, error) {
	in, err := r.sessionInput()
	if err != nil {
		return nil, err
	}
	in.Salted = true
	s, _, err := session.Compute(context.Background(), in)
	if err != nil {
		return nil, err
	}
	return s, s.CheckLost(earlier)
}

func (r *runner) sessionInput() (session.Input, error) {
	dir, err := r.WorkingDir()
	if err != nil {
		return session.Input{}, err
	}
	return session.Input{
		Dir:       dir,
		Flags:     r.flags,
		Getenv:    r.Getenv,
		GoCommand: r.GoCommand(),
		Tool:      handshake.ToolIdentity(),
		Fetch:     modules.FetchNothing,
		Log:       r.Log,
		RunByGo:   gocmd.RunByGo(r.Getenv), // goat's own commands pass it on
		Bare:      !r.driven(),
	}, nil
}

// nestedSalt is the salt of what goat compiles for a build in addition to the
// user's packages. Under the driver that is what a plain build would compile.
func (r *runner) nestedSalt(s *session.Session) string {
	if r.driven() {
		return ""
	}
	return s.ID
}

// unchanged runs a tool on what the go command gave it. A bare build may borrow
// the outputs of an earlier one; under the driver, the go command's own cache
// has them.
func (r *runner) unchanged() (int, error) {
	if r.driven() {
		r.Log.Info("running", "tool", r.Name, "package", r.Getenv("TOOLEXEC_IMPORTPATH"), "reason", "not to be borrowed: the go command's own cache has it")
		return r.Become()
	}
	return outputs.Run(r.Call)
}

// strict reports whether anything that goat cannot do is an error. It does not
// need a session.
func (r *runner) strict() bool {
	v := r.Getenv("GOAT_STRICT")
	return v == "1" || v == "true"
}

// recovered turns a panic, which is a bug in goat, into an error, so that it
// does not fail the build.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
}

// NewLogger returns a logger that appends to the file that GOAT_LOG names.
// Logging never fails a build: without a file, or if it cannot be written, the
// logger discards everything.
func NewLogger(file string) *slog.Logger {
	if file == "" {
		return slog.New(slog.DiscardHandler)
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(f, nil)).With("pid", os.Getpid())
}
