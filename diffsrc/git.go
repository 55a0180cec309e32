package diffsrc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// git runs git in one directory with one environment.
type git struct {
	dir  string
	env  []string
	args []string // before the subcommand
	// located says that env keeps what tells git where the repository is.
	located bool
	// witness notes what git answers; nil notes nothing.
	witness *Witness
	// only says which records of an answer matter, each with a NUL at its end:
	// those that begin with it. "" is the whole answer.
	only string
}

// fixed returns a git for questions whose answers never change, and for what
// is no question: neither is noted.
func (g git) fixed() git {
	g.witness = nil
	return g
}

// lookGit finds git as run does.
func lookGit() (string, error) { return exec.LookPath("git") }

// gitError is a git process that did not end well.
type gitError struct {
	command string
	stderr  string
	err     error
}

func (e *gitError) Error() string {
	if e.stderr == "" {
		return fmt.Sprintf("running git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("running git %s: %s", e.command, e.stderr)
}

// reason returns why git refused something, in git's words and without its
// label.
func (e *gitError) reason() string {
	return strings.TrimPrefix(strings.TrimPrefix(e.stderr, "fatal: "), "error: ")
}

func (e *gitError) Unwrap() error { return e.err }

// exitCode returns git's exit code, or -1 when git did not run to an end.
func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// run returns what git prints. stdin may be nil.
func (g git) run(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append(g.args[:len(g.args):len(g.args)], args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.env, stdin
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	// What git leaves running, a credential cache or its own maintenance, holds
	// on to its outputs.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if ctx.Err() == nil {
		g.witness.asked(g, Asked{Args: args}, out.Bytes(), err)
	}
	switch {
	case err == nil:
		return out.Bytes(), nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("looking for git: %w (%w): install git, or set a patch file (-patchfile) "+
			"or an index made by `goat index` (GOAT_INDEX)", err, ErrUnavailable)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("running git %s: %w", subcommand(args), ctx.Err())
	}
	return nil, &gitError{subcommand(args), tellingLine(errs.String()), err}
}

// subcommand returns git's subcommand; what stands in front of it are settings
// for this one call (-c name=value).
func subcommand(args []string) string {
	for len(args) > 2 && args[0] == "-c" {
		args = args[2:]
	}
	return args[0]
}

// tellingLine returns the line that says why git failed. Around it git prints
// hints, warnings and what a server said.
func tellingLine(stderr string) string {
	var list []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "hint:") && !strings.HasPrefix(line, "warning:") {
			list = append(list, line)
		}
	}
	for _, label := range []string{"fatal: ", "error: "} {
		for i, line := range list {
			if !strings.HasPrefix(line, label) {
				continue
			}
			if i > 0 && strings.HasPrefix(line, "fatal: Could not read from remote repository") {
				return list[i-1] // of ssh, the program that git started
			}
			return line
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return firstLine(stderr)
}

// runWith is run with something to read.
func (g git) runWith(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	out, err := g.fixed().run(ctx, strings.NewReader(stdin), args...)
	if ctx.Err() == nil {
		g.witness.asked(g, Asked{Args: args, Stdin: stdin}, out, err)
	}
	return out, err
}

// line returns the first line of what git prints.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, nil, args...)
	return firstLine(string(out)), err
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\r\n"), "\n")
	return strings.TrimRight(line, "\r")
}

// userGit returns a git for a user's repository. It reads and never writes:
// no optional locks, no replaced objects. And it starts no program that the
// repository's files name: no file system monitor, no hook, no transport to
// fetch a missing object (fetch.go does that, with what may be trusted), and no
// repository that is found without a .git (a directory with the files of a bare
// one can come with any download). Filters and diff drivers are not among the
// settings because no command that is used here would start one.
//
// A hook runs with GIT_DIR, GIT_INDEX_FILE and more set for the command that
// it hooks; they are dropped because the work tree decides here, wherever the
// build was started. With keepLocation they stay, for repositories that are
// only found by them.
func userGit(dir string, environ []string, keepLocation bool) git {
	env := append(userEnv(environ, keepLocation), "GIT_ALLOW_PROTOCOL="+noProtocol, "GIT_NO_LAZY_FETCH=1")
	return git{dir: dir, env: env, located: keepLocation,
		args: []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
			"-c", "safe.bareRepository=explicit", "-c", "core.quotePath=true", "-c", "color.ui=false"}}
}

// noProtocol is the only protocol that git may use where it must use none. A
// name would not do: a repository's configuration could have an alias for the
// helper of that name. No alias can have a newline.
const noProtocol = "\n"

// userEnv leaves of an environment what git needs to open a user's repository
// and to fetch as the user does.
func userEnv(environ []string, keepLocation bool) []string {
	env := make([]string, 0, len(environ)+8)
	for _, kv := range environ {
		if !droppedVariable(kv, keepLocation) {
			env = append(env, kv)
		}
	}
	// The file of grafts is one that cannot be there: git has something to say
	// of every other.
	return append(env, "LC_ALL=C", "LANGUAGE=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
		"GIT_GRAFT_FILE="+filepath.Join(os.DevNull, "none"), "GIT_TERMINAL_PROMPT=0", "GIT_ADVICE=0")
}

// droppedVariable reports whether a variable must not reach git.
func droppedVariable(kv string, keepLocation bool) bool {
	name, _, _ := strings.Cut(kv, "=")
	switch name {
	case "LC_ALL", "LANGUAGE":
		return true
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH":
		return !keepLocation
	case "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_ASKPASS":
		return false
	}
	if strings.HasPrefix(name, "GIT_CONFIG") || strings.HasPrefix(name, "GIT_SSH") || strings.HasPrefix(name, "GIT_HTTP") || strings.HasPrefix(name, "GIT_SSL") {
		return false // safe.directory, and what a partial clone needs to fetch a blob
	}
	return strings.HasPrefix(name, "GIT_")
}

// unquoteName undoes git's C-style quoting of a path.
func unquoteName(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	if len(s) < 2 || !strings.HasSuffix(s, `"`) {
		return "", fmt.Errorf("unquoting path %s: no closing quote", s)
	}
	s = s[1 : len(s)-1]
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		c, n := escape(s[i+1:])
		if n == 0 {
			return "", fmt.Errorf("unquoting path %q: bad escape", s)
		}
		out = append(out, c)
		i += n
	}
	return string(out), nil
}

// escape decodes what follows a backslash and says how long it is, 0 when it
// is no escape of git's.
func escape(s string) (c byte, n int) {
	if s == "" {
		return 0, 0
	}
	if i := strings.IndexByte(`abtnvfr"\`, s[0]); i >= 0 {
		return "\a\b\t\n\v\f\r\"\\"[i], 1
	}
	if len(s) < 3 || s[0] > '3' {
		return 0, 0
	}
	for _, digit := range []byte(s[:3]) {
		if digit < '0' || digit > '7' {
			return 0, 0
		}
		c = c<<3 | (digit - '0')
	}
	return c, 3
}

// quoteName quotes a path as git does where a plain one would be ambiguous.
func quoteName(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
