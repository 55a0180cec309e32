package driver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/testhits"
)

// collects reports whether to collect the hits of a go test. That is so if -hits
// names a directory, or if the user wants to see how much of the changed code the
// tests have run. A GOAT_DIR of the user's is left alone.
func (in Input) collects(l *commandLine) bool {
	if l.subcommand != "test" || in.Getenv("GOAT") == "off" {
		return false
	}
	return l.hits != "" || in.Getenv("GOAT_DIR") == "" && in.tells(l)
}

// testRun is one go test whose hits goat collects.
type testRun struct {
	Input
	line *commandLine
	cmd  *exec.Cmd
	kept cache.Folder
}

// run runs the go command, and at the end says what its tests have run. The exit
// code is the go command's, unless the user asked for hits by name and they could
// not be written.
func (t *testRun) run() (int, error) {
	dir, err := os.MkdirTemp("", "goat-test-hits-")
	if err != nil {
		return 0, fmt.Errorf("making a directory for hits: %w; make room, or set TMPDIR", err)
	}
	defer os.RemoveAll(dir)
	log := testhits.NewLog(t.Stderr)
	code, err := t.goTest(t.cmd.Args, dir, log)
	if err != nil {
		return 0, err
	}
	hits := testhits.Collect(log, dir, t.kept)
	if len(hits.Lost) > 0 {
		if err := t.again(hits, log); err != nil {
			return 0, err
		}
	}
	if t.line.hits != "" {
		if err := hits.WriteTo(t.line.hits); err != nil {
			return 0, fmt.Errorf("writing the hits of -hits: %w; name a directory that you may write to", err)
		}
	}
	t.say(hits)
	return code, nil
}

// goTest runs the go command with a directory for hits. Ctrl-C goes to the go
// command, which ends its tests.
func (t *testRun) goTest(argv []string, dir string, log *testhits.Log) (int, error) {
	cmd := &exec.Cmd{Path: t.cmd.Path, Args: argv, Stdin: t.cmd.Stdin, Stdout: t.cmd.Stdout, Stderr: log}
	debug := strings.TrimPrefix(os.Getenv("GODEBUG")+","+testhits.Setting, ",")
	cmd.Env = append(os.Environ(), "GOAT_DIR="+dir, "GOAT_FLUSH=0", "GODEBUG="+debug)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	err := errors.Join(cmd.Run(), log.Close())
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 1), nil
	case err != nil:
		return 0, fmt.Errorf("running %s: %w", cmd.Path, err)
	}
	return 0, nil
}

// again runs the packages whose results the go command had in its cache and whose
// hits goat's cache has lost. What they print has been printed.
func (t *testRun) again(hits *testhits.Hits, log *testhits.Log) error {
	dir, err := os.MkdirTemp("", "goat-test-hits-")
	if err != nil {
		return fmt.Errorf("making a directory for hits: %w; make room, or set TMPDIR", err)
	}
	defer os.RemoveAll(dir)
	argv, ok := rerunArguments(t.cmd.Args, t.line.packages, hits.Lost)
	lost := hits.Lost
	if ok {
		second := *t
		second.cmd = &exec.Cmd{Path: t.cmd.Path, Stdin: bytes.NewReader(nil), Stdout: io.Discard}
		second.Stderr = io.Discard
		if _, err := second.goTest(argv, dir, testhits.NewLog(io.Discard)); err != nil {
			return err
		}
		lost = hits.Rerun(log, dir, t.kept)
	}
	if len(lost) > 0 {
		fmt.Fprintf(t.Stderr, "goat: the hits of %s are not known, whose cached results are; add -count=1: %s\n",
			plural(len(lost), "package"), terminal.Line(strings.Join(lost, " ")))
	}
	return nil
}

// rerunArguments puts other packages into a go command line. It removes flags for
// the cache and for files that the first run has written.
func rerunArguments(argv, packages, lost []string) ([]string, bool) {
	if len(packages) == 0 {
		return nil, false
	}
	for at := range argv {
		if end := at + len(packages); end <= len(argv) && slices.Equal(argv[at:end], packages) {
			own := append([]string{"-count=1", "-coverprofile="}, lost...)
			return slices.Concat(argv[:at], own, argv[end:]), true
		}
	}
	return nil, false
}

// say says how much of the changed code the tests have run.
func (t *testRun) say(hits *testhits.Hits) {
	if err := hits.Err(); err != nil {
		fmt.Fprintf(t.Stderr, "goat: reading the tests' hits: %s\n", terminal.Line(err.Error()))
	}
	total := hits.Total()
	switch {
	case len(hits.Pages) == 0 && t.line.hits == "":
	case len(hits.Pages) == 0:
		fmt.Fprintf(t.Stderr, "goat: no test ran, so %s is empty\n", terminal.Line(filepath.Base(t.line.hits)))
	case total.Total == 0:
		fmt.Fprintf(t.Stderr, "goat: these tests have no changed code\n")
	default:
		fmt.Fprintf(t.Stderr, "goat: changed code covered by these tests: %d of %s (%d%%)\n", total.Covered, plural(total.Total, "point"), total.Percent())
	}
}
