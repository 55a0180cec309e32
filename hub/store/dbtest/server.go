package dbtest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Server is a running server of a database.
type Server struct {
	engine engine
	dir    string
	port   string
	admin  *sql.DB
	guard  *guard
	names  atomic.Int64
}

// guard is the shell that runs a server. It ends the server and removes its
// files when its input ends, so also when the test process dies.
type guard struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	pid   int // the server's
	ended chan struct{}
}

// Its input is not the server's. The word "keep" ends the shell but keeps the
// files.
const script = `
trap '' INT TERM HUP
if [ ! -d data ] && ! { INIT; } </dev/null >log 2>&1; then
	echo failed
	read -r word
	rm -rf "$PWD"
	exit 1
fi
SERVE "$@" </dev/null >>log 2>&1 &
server=$!
echo $server
read -r word
kill -SIGNAL $server
wait $server
[ "$word" = keep ] || rm -rf "$PWD"
`

// patience is how long a server may take to start on a loaded machine.
const patience = 2 * time.Minute

func start(e engine) (*Server, error) {
	// Debian has the programs of servers in /usr/sbin, which is not in everyone's PATH.
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin"); err != nil {
		return nil, err
	}
	if _, err := exec.LookPath(e.program); err != nil {
		return nil, e.missing()
	}
	dir, err := os.MkdirTemp("", "goat-db-")
	if err != nil {
		return nil, err
	}
	s := &Server{engine: e, dir: dir}
	err = s.giveAway()
	if err == nil {
		err = s.serve()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// giveAway makes the directory that of the user who runs the server.
func (s *Server) giveAway() error {
	if os.Getuid() != 0 {
		return nil
	}
	owner, err := user.Lookup(s.engine.user)
	if err != nil {
		return s.engine.missing()
	}
	uid, err := strconv.Atoi(owner.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(owner.Gid)
	if err != nil {
		return err
	}
	return os.Chown(s.dir, uid, gid)
}

// command returns the guard's command, run by the server's user.
func (s *Server) command() *exec.Cmd {
	e := &s.engine
	text := strings.NewReplacer("INIT", e.init, "SERVE", e.serve, "SIGNAL", e.signal).Replace(script)
	list := append([]string{"/bin/sh", "-c", strings.ReplaceAll(text, "PORT", s.port), "sh"}, e.more...)
	if os.Getuid() == 0 {
		list = append([]string{"setpriv", "--reuid", e.user, "--regid", e.user, "--clear-groups"}, list...)
	}
	cmd := exec.Command(list[0], list[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+s.dir, "PWD="+s.dir)
	return cmd
}

// serve starts the server and waits until it answers. The port is the one that
// it had, or a free one.
func (s *Server) serve() error {
	deadline := time.Now().Add(patience)
	for attempt := 1; ; attempt++ {
		if s.port == "" {
			port, err := freePort()
			if err != nil {
				return err
			}
			s.port = port
		}
		err := s.run()
		if err == nil || time.Now().After(deadline) || s.admin == nil && attempt == 3 {
			return err
		}
		if s.admin == nil {
			s.port = "" // somebody else may have taken it
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *Server) run() error {
	cmd := s.command()
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", s.engine.name, err)
	}
	g := &guard{cmd: cmd, input: input, ended: make(chan struct{})}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err == nil {
		if g.pid, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
			err = errors.New("making its files failed")
		}
	}
	go func() {
		_ = cmd.Wait()
		close(g.ended)
	}()
	if err == nil {
		err = s.answers(g)
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		g.end("keep")
		return fmt.Errorf("starting %s: %w\n%s", s.engine.name, err, log)
	}
	s.guard = g
	return nil
}

// answers waits until the server answers.
func (s *Server) answers(g *guard) error {
	db := s.admin
	if db == nil {
		var err error
		if db, err = sql.Open(s.engine.driver, s.fill(s.engine.admin, "")); err != nil {
			return err
		}
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := db.PingContext(ctx)
		cancel()
		if err == nil {
			s.admin = db
			return nil
		}
		if !alive(g.pid) {
			return fmt.Errorf("it ended: %w", err)
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not answer: %w", err)
		}
	}
}

func (s *Server) fill(text, name string) string {
	return strings.NewReplacer("PORT", s.port, "NAME", name).Replace(text)
}

// Database returns the URL of a new database, which is removed at the end of the
// test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("goat_%d", s.names.Add(1))
	if _, err := s.admin.Exec(s.fill(s.engine.create, name)); err != nil {
		t.Fatalf("creating a database of %s: %v", s.engine.name, err)
	}
	t.Cleanup(func() {
		_, _ = s.admin.Exec(s.fill(s.engine.drop, name)) // fails if the test has ended the server
	})
	return s.fill(s.engine.url, name)
}

// Address returns the server's host and port.
func (s *Server) Address() string { return "127.0.0.1:" + s.port }

// Exec runs a statement as the server's administrator.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	if _, err := s.admin.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// close ends the server and removes its files.
func (s *Server) close() {
	_ = s.admin.Close()
	s.guard.end("")
}

// end ends the server. If the word is keep, its files stay.
func (g *guard) end(word string) {
	_, _ = io.WriteString(g.input, word+"\n")
	_ = g.input.Close()
	<-g.ended
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
