package scriptcmd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// outcome is what a user sees when a command runs.
type outcome struct {
	Code   int
	Stdout string
	Stderr string
}

func run(ts *testscript.TestScript, name string, args ...string) outcome {
	err := ts.Exec(name, args...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("running %s: %v", name, err)
	}
	o := outcome{Stdout: ts.ReadFile("stdout"), Stderr: ts.ReadFile("stderr")}
	if exit != nil {
		o.Code = exit.ExitCode()
	}
	return o
}

// same runs a go command without goat and with it. stdout and stderr are those of
// the second run.
func same(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2, "[!] same go CMD [ARG...]")
	plain := run(ts, args[0], args[1:]...)
	goat := run(ts, args[0], append([]string{args[1], "-toolexec=goat-exec"}, args[2:]...)...)
	compare(ts, neg, plain, goat)
}

func compare(ts *testscript.TestScript, neg bool, plain, goat outcome) {
	if diff := cmp.Diff(plain, goat); diff != "" {
		ts.Fatalf("goat's outcome differs from the plain one (-plain +goat):\n%s", diff)
	}
	if (goat.Code != 0) != neg {
		ts.Fatalf("got exit code %d", goat.Code)
	}
}

// machine matches the parts of a trace that depend on the machine code: the offset
// of a call in a function, and arguments, which are unknown if a call is inlined.
// Numbers of goroutines also mean nothing here.
var machine = regexp.MustCompile(`(?m) \+0x[0-9a-f]+$|\([^()\n]*\)$| (addr|pc|code)=0x[0-9a-f]+|goroutine \d+`)

// sameRun runs two programs. Their output may contain their names.
func sameRun(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2, "[!] samerun PLAIN GOAT [ARG...]")
	plain := run(ts, ts.MkAbs(args[0]), args[2:]...)
	goat := run(ts, ts.MkAbs(args[1]), args[2:]...)
	for _, o := range []*outcome{&plain, &goat} {
		o.Stdout = machine.ReplaceAllString(o.Stdout, "")
		o.Stderr = machine.ReplaceAllString(o.Stderr, "")
	}
	compare(ts, neg, plain, goat)
}

// tree computes a digest of the names and contents of a directory's files.
func tree(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "tree NAME DIR")
	h := sha256.New()
	root := ts.MkAbs(args[1])
	ts.Check(filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data := []byte(nil)
		if d.Type().IsRegular() {
			if data, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(h, "%s %v %d\n%s\n", name[len(root):], info.Mode(), len(data), data)
		return err
	}))
	ts.Setenv(args[0], hex.EncodeToString(h.Sum(nil)))
}

func eq(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2, "[!] eq A B")
	if (args[0] == args[1]) == neg {
		ts.Fatalf("got %q and %q", args[0], args[1])
	}
}
