package git

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Holds reports whether everything is still as noted. It asks git again,
// several questions at a time with one process each, and stops at the first
// different answer. getenv looks up variables.
func (w *Witness) Holds(ctx context.Context, getenv func(string) string) bool {
	if w.Unfit || w.Git == "" || w.Git != Identity() {
		return false
	}
	for name, value := range w.Variables {
		if getenv(name) != value {
			return false
		}
	}
	for path, state := range w.Files {
		if look(path) != state {
			return false
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, q := range w.Asked {
		group.Go(func() error {
			out, err := ForUser(q.Dir, os.Environ(), q.Located).Run(ctx, strings.NewReader(q.Stdin), q.Args...)
			code := 0
			if err != nil {
				code = ExitCode(err)
			}
			if answer(out, code, q.Only) != q.Answer || q.States != "" && !sameStates(q.Dir, q.States, out, w.knows) {
				return errOtherAnswer
			}
			return nil
		})
	}
	return group.Wait() == nil
}

// errOtherAnswer stops the questions.
var errOtherAnswer = errors.New("git says something else")

// knows reports whether a file's content was noted.
func (w *Witness) knows(path string) bool {
	_, ok := w.Files[path]
	return ok
}
