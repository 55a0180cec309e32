package toolexec

import (
	"context"
	"fmt"
	"os"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// settled reports whether the environment is one that a go command gives its
// tools. The commands that goat starts itself pass it on.
func (r *runner) settled() bool { return gocmd.SettledEnvironment(r.getenv) }

// cache is goat's cache directory.
func (r *runner) cache() cache.Dir { return cache.Open(r.getenv) }

// session returns what is known of this build, computing it in the first
// process that asks. An error is the user's to mend.
func (r *runner) session() (*session.Session, error) {
	in, err := r.sessionInput()
	if err != nil {
		return nil, err
	}
	if r.cmd.isVersion() {
		in.Fetch = diffsrc.FetchBase        // before anything compiles
		in.Verify = r.cmd.Name == "compile" // the first to be asked
	}
	if r.driven() {
		return session.Prepared(context.Background(), in, r.prepared)
	}
	return session.Open(context.Background(), in)
}

// computeAgain finds the changed lines as they are now.
func (r *runner) computeAgain() (*session.Session, error) {
	in, err := r.sessionInput()
	if err != nil {
		return nil, err
	}
	s, _, err := session.Compute(context.Background(), in)
	return s, err
}

func (r *runner) sessionInput() (session.Input, error) {
	dir, err := r.workingDir()
	if err != nil {
		return session.Input{}, err
	}
	return session.Input{
		Dir:       dir,
		Flags:     r.flags,
		Getenv:    r.getenv,
		GoCommand: r.goCommand(),
		Tool:      toolIdentity(),
		Fetch:     diffsrc.FetchNothing,
		Log:       r.log,
		Settled:   r.settled(),
	}, nil
}

// toolIdentity is the part of the salts that stands for this program.
func toolIdentity() string { return session.ToolID() + goat.RuntimeHash() }

// workingDir returns the directory that the go command runs in. Compile and
// link run there too, but for the linker of a shared library, which runs where
// it writes (cmd/go/internal/work: gcToolchain.ld).
func (r *runner) workingDir() (string, error) {
	mode := flagValue(r.cmd.Args, "-buildmode")
	if r.cmd.Name == "link" && (mode == "c-shared" || mode == "plugin") {
		if dir, err := gocmd.Find().Dir(); err == nil {
			return dir, nil
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the current directory: %w; run the build from a directory that exists", err)
	}
	return dir, nil
}
