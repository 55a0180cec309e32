package toolexec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/outputs"
)

// compile compiles a package with what goat adds to it. If that fails, it
// compiles the package as it is. Then the messages are those of a build without
// goat, and a bug in goat costs points, not the build.
func (r *runner) compile() (int, error) {
	path, _, _ := strings.Cut(r.Getenv("TOOLEXEC_IMPORTPATH"), " ") // "a/b [a/b.test]"
	c := &compilation{runner: r, path: path, output: r.Args.Value("-o")}
	if c.path == "" || c.output == "" || len(c.Args.Files()) == 0 {
		return c.Become()
	}
	var o outcome
	for _, attempt := range []func(outcome) outcome{c.withPoints, c.withRuntimeAlone, c.asItIs} {
		if o = attempt(o); o.counts {
			break
		}
	}
	return o.code, o.err
}

// outcome is the result of an attempt to compile a package.
type outcome struct {
	counts bool  // no other attempt follows; code and err are this process's
	code   int   // exit code
	err    error // also why the attempt does not count
	got    stage // how far an attempt got that does not count
	traced bool  // with what records steps
	// provisional says that the package lacks something for a reason that may
	// be gone next time. What is compiled then must not get into the go
	// command's cache.
	provisional bool
}

// stage is how far an attempt got.
type stage int

const (
	unprepared stage = iota // goat could not write its files
	refused                 // the compiler rejected them
	unlinkable              // link could not exchange the entry in the archive
)

// withPoints is the first attempt: with points and, for a main package, with
// the runtime's entry.
func (c *compilation) withPoints(outcome) outcome {
	s, err := c.openSession()
	if err != nil {
		// -V=full would have stopped the build, so the cause is new and may be
		// gone next time.
		err = fmt.Errorf("reading the session: %w", err)
		return outcome{counts: gotool.IsKilled(err), err: err, provisional: true}
	}
	c.session = s
	if s.Config.Trace.On() {
		c.tracing = true
		o := c.try(true, false)
		c.tracing = false
		if o.counts || o.got != refused || !o.traced {
			return o
		}
	}
	return c.try(true, false)
}

// withRuntimeAlone is the second attempt, for a main package that the compiler
// rejected with points.
func (c *compilation) withRuntimeAlone(first outcome) outcome {
	if first.got != refused || !c.isMain() || c.session.Config.Strict {
		return first
	}
	o := c.try(false, first.provisional)
	if o.counts {
		return o
	}
	first.provisional = first.provisional || o.provisional
	return first
}

// asItIs is the last attempt, with the user's files only. With GOAT_STRICT=1 it
// is an error to get here.
func (c *compilation) asItIs(before outcome) outcome {
	o := outcome{counts: true}
	nothing := errors.Is(before.err, errNothingToDo)
	if nothing && !before.provisional {
		o.code, o.err = c.unchanged()
		return o
	}
	if before.got == unprepared && !nothing {
		c.Log.Warn("compiling without goat", "package", c.path, "reason", before.err.Error())
	}
	if c.strict() {
		if before.got != unprepared { // the error may be in the user's files
			if o.code, o.err = c.Run(); o.code != 0 || o.err != nil {
				return o
			}
		}
		o.err = fmt.Errorf("instrumenting %s: %w; unset GOAT_STRICT to build it without tracking points", c.path, before.err)
		return o
	}
	call := c.Call
	if before.provisional {
		call = call.With(c.Args.Provisional())
	}
	o.code, o.err = call.Become()
	return o
}

// try compiles with goat's files: with points, or only with the runtime's
// entry. It prints nothing unless the compiler succeeds.
func (c *compilation) try(points, provisional bool) outcome {
	in, err := c.prepare(points)
	provisional = provisional || in.provisional || session.Passing(err)
	if err != nil {
		return outcome{counts: gotool.IsKilled(err), err: err, provisional: provisional}
	}
	args := in.args
	if provisional {
		args = args.Provisional()
	}
	run := gotool.Call.Try
	if !c.driven() && !provisional && !c.isMain() && !c.isTestMain() {
		run = outputs.TryInstrumented
	}
	r, err := run(c.With(args))
	if err == nil {
		err = r.Check("compiling with goat")
	}
	if gotool.IsKilled(err) {
		return outcome{counts: true, err: err}
	}
	if err != nil {
		if in.traced {
			c.Log.Warn("compiling again without what records steps", "package", c.path, "reason", err.Error())
		} else {
			c.Log.Warn("compiling again without goat", "package", c.path, "reason", err.Error())
		}
		return outcome{err: err, got: refused, traced: in.traced, provisional: provisional || session.Passing(err)}
	}
	c.Print(r)
	if err := c.checkEntry(args); err != nil {
		return outcome{err: err, got: unlinkable, provisional: provisional || session.Passing(err)}
	}
	return outcome{counts: true}
}

// checkEntry checks, for a Go release that goat does not know, that link will
// be able to exchange the entry.
func (c *compilation) checkEntry(args gotool.Args) error {
	if c.Toolchain().Known {
		return nil
	}
	err := entry.Check(c.output, args.Value("-importcfg"))
	if err != nil {
		err = fmt.Errorf("compiling %s for the runtime: %w", c.path, err)
		c.Log.Warn("compiling again without the runtime", "package", c.path, "reason", err.Error())
	}
	return err
}
