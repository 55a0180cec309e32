package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

// Subcommands are the subcommands of the go command that the driver runs.
var Subcommands = []string{"build", "test", "run", "install", "list"}

// Run runs the go command and returns its exit code. It does not return if the
// process becomes the go command. An error comes from goat: it cannot do what the
// user asked for, or there is no go command.
func Run(ctx context.Context, in Input) (int, error) {
	line, err := parseLine(in.Subcommand, in.Args)
	if err != nil {
		return 0, err
	}
	if line.chdir != "" {
		if err := enter(line.chdir); err != nil {
			return 0, err
		}
	}
	makeAbsolute(in.Subcommand)
	in.log = in.OpenLog()
	path, err := exec.LookPath("go")
	if err != nil {
		return 0, fmt.Errorf("finding the go command: %w; put it into PATH", err)
	}
	if warning := cache.Open(in.Getenv).Warning; warning != "" {
		fmt.Fprintf(in.Stderr, "goat: %s\n", terminal.Text(warning))
	}
	in.warn(line)
	collects := in.collects(line)
	if collects {
		line.goat.Serve = "file" // without a server, because a test is not a service
	}
	argv, err := command(ctx, in, line)
	if err != nil {
		return 0, err
	}
	in.log.Info("running the go command", "args", argv)
	if collects {
		cmd := &exec.Cmd{Path: path, Args: argv, Stdin: in.Stdin, Stdout: in.Stdout}
		return (&testRun{Input: in, line: line, cmd: cmd, kept: cache.Open(in.Getenv).Folder(cache.TestHits)}).run()
	}
	return become(&exec.Cmd{Path: path, Args: argv, Stdin: in.Stdin, Stdout: in.Stdout, Stderr: in.Stderr})
}

// warn names the settings that goat does not read.
func (in Input) warn(line *commandLine) {
	sentences := config.UnknownVariables(os.Environ())
	if dir, err := os.Getwd(); err == nil {
		sentences = append(sentences, config.UnreadFiles(config.Input{Dir: dir, Flags: line.goat, Getenv: in.Getenv})...)
	}
	for _, s := range sentences {
		fmt.Fprintf(in.Stderr, "goat: %s\n", terminal.Text(s))
	}
}

// enter changes the directory as -C of the go command does.
func enter(dir string) error {
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("entering the directory of -C: %w", err)
	}
	abs, err := os.Getwd()
	if err == nil {
		err = os.Setenv("PWD", abs)
	}
	return err
}

// makeAbsolute makes the paths in goat's variables absolute. go test runs each test
// in its package's directory, but the hits of all go to one.
func makeAbsolute(subcommand string) {
	if subcommand == "test" {
		config.MakeAbsolute(os.Getwd, "GOAT_DIR", "GOAT_TRACE_DIR")
	} else {
		config.MakeAbsolute(os.Getwd)
	}
}

// command returns the go command's arguments, "go" included.
func command(ctx context.Context, in Input, line *commandLine) ([]string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w; run the build from a directory that exists", err)
	}
	env, err := session.InForce(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := line.inherit(env.GOFLAGS); err != nil {
		return nil, err
	}
	exe, err := findGoatExec(in.Getenv)
	if err != nil {
		return nil, err
	}
	progress := terminal.NewProgress(in.Stderr, "goat", in.Getenv)
	defer progress.End()
	s, name, err := session.Prepare(ctx, session.Input{
		Dir: dir, Flags: line.goat, Getenv: in.Getenv, GoCommand: "go", Tool: exe.tool, Log: in.log, Progress: progress.Step,
		InForce: &env, Args: append([]string{"go", line.subcommand}, line.flags...),
	})
	if err != nil && !errors.Is(err, session.ErrNotStored) {
		return nil, err
	}
	bare := err
	targets, err := targetsOf(s, line)
	if err == nil && in.tells(line) {
		progress.End()
		in.tell(s, targets, line)
	}
	var salts []string
	if bare = cmp.Or(bare, err); bare == nil {
		salts, bare = saltFlags(ctx, s, targets, line, dir)
	}
	if bare != nil {
		in.log.Warn("running a bare build, which shares no packages with plain ones", "reason", bare.Error())
		return line.argv(exe, nil, nil)
	}
	return line.argv(exe, []string{handshake.PreparedFlag(name)}, salts)
}

// argv returns the go command's arguments with goat's added. Its -toolexec ends
// with the user's own wrapper. Its -gcflags come after the user's, because the last
// one that matches a package wins.
func (l *commandLine) argv(exe goatExec, flags, salts []string) ([]string, error) {
	words := append(append([]string(nil), exe.words...), flags...)
	value, err := gocmd.Join(append(append(words, l.goatWords()...), l.wrapper...))
	if err != nil {
		return nil, fmt.Errorf("writing -toolexec: %w; rename it, or leave it away", err)
	}
	argv := append([]string{"go", l.subcommand}, l.flags...)
	argv = append(append(argv, "-toolexec="+value), salts...)
	return append(argv, l.rest...), nil
}

// tell says on one line how many points the changed code has and what it was
// compared with, or why there are none.
func (in Input) tell(s *session.Session, targets []target, l *commandLine) {
	fmt.Fprintf(in.Stderr, "goat: %s\n", terminal.Line(summary(s, targets, l)))
}
