package source_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goat-trace/goat/hub/store/source"
)

// repo is a repository to mirror.
type repo struct {
	t       testing.TB
	dir     string
	commits int
}

func newRepo(t testing.TB) *repo {
	t.Helper()
	r := &repo{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

// git runs git without anybody's configuration and returns the first line of
// its output.
func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		r.t.Fatalf("git %q: %v\n%s%s", args, err, stdout.Bytes(), stderr.Bytes())
	}
	line, _, _ := strings.Cut(stdout.String(), "\n")
	return line
}

// write writes the files of a txtar archive.
func (r *repo) write(archive string) {
	r.t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		r.file(f.Name, string(f.Data))
	}
}

func (r *repo) file(name, text string) {
	r.t.Helper()
	name = filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits everything and returns the commit's id.
func (r *repo) commit() string {
	r.t.Helper()
	r.git("add", "-A")
	r.commits++
	r.git("commit", "-q", "--allow-empty", "-m", fmt.Sprint("commit ", r.commits))
	return r.git("rev-parse", "HEAD")
}

// user is a hub's user with a home directory of its own.
type user struct {
	home    string
	options source.Options
	log     *logBuffer
}

func newUser(t testing.TB) *user {
	u := &user{home: t.TempDir(), log: &logBuffer{}}
	u.options.Environ = append(os.Environ(), "HOME="+u.home, "XDG_CONFIG_HOME="+filepath.Join(u.home, "xdg"), "GIT_CONFIG_NOSYSTEM=1")
	u.options.Log = slog.New(slog.NewTextHandler(u.log, nil))
	return u
}

// mirror makes a mirror in a new store.
func (u *user) mirror(t testing.TB, address string) *source.Mirror {
	t.Helper()
	return u.mirrorIn(t, filepath.Join(t.TempDir(), "repo"), address)
}

func (u *user) mirrorIn(t testing.TB, dir, address string) *source.Mirror {
	t.Helper()
	store, err := source.NewStore(u.options)
	if err != nil {
		t.Fatal(err)
	}
	m, err := store.Mirror(dir, address)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fetches returns the number of fetches in the log.
func (u *user) fetches() int {
	return strings.Count(u.log.String(), `msg="fetched a repository"`) + strings.Count(u.log.String(), `msg="fetching a repository failed"`)
}

// logBuffer is a buffer that is safe for concurrent use.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func open(t testing.TB, m *source.Mirror, commit string) *source.Tree {
	t.Helper()
	tree, err := m.Open(context.Background(), commit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tree.Close)
	return tree
}

func wantFile(t testing.TB, tree *source.Tree, name, want string) {
	t.Helper()
	got, err := tree.ReadFile(context.Background(), name)
	if err != nil || string(got) != want {
		t.Errorf("file %s: got %q, %v, want %q", name, got, err, want)
	}
}

func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("got error %v, want one with %q", err, part)
		}
	}
}
