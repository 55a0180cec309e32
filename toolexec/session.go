package toolexec

import (
	"context"
	"fmt"
	"os"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/session"
)

// settled reports whether the environment is one that a go command gives its
// tools: with every variable as it takes it, those of go env -w included
// (cmd/go: main, envcmd.MkEnv). The commands that goat starts itself pass it on.
func (r *runner) settled() bool {
	return r.getenv("GOTOOLDIR") != "" && r.getenv("GOVERSION") != "" && r.getenv("GOROOT") != ""
}

// session returns what is known of this build, computing it in the first
// process that asks. An error is the user's to mend.
func (r *runner) session() (*session.Session, error) {
	in, err := r.sessionInput()
	if err != nil {
		return nil, err
	}
	if r.cmd.isVersion() {
		in.Fetch = diffsrc.FetchBase // before anything compiles
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
	dir, err := os.Getwd()
	if err != nil {
		return session.Input{}, fmt.Errorf("finding the current directory: %w; run the build from a directory that exists", err)
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
