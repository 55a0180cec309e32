package dbtest

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Restart ends the server as a kill would, and starts it again with the same
// port and files.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Kill(t)
	s.Start(t)
}

// Kill ends all processes of the server with SIGKILL.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.signal(t, "KILL")
	for end := time.Now().Add(patience); alive(s.guard.pid); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s outlives SIGKILL", s.engine.name)
		}
	}
	s.guard.end("keep")
}

// Start starts a server that was killed.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.serve(); err != nil {
		t.Fatal(err)
	}
}

// Freeze stops all processes of the server until Thaw.
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	s.signal(t, "STOP")
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw(t testing.TB) {
	t.Helper()
	s.signal(t, "CONT")
}

// signal sends a signal to the server and its processes, of which PostgreSQL has
// one for each connection.
func (s *Server) signal(t testing.TB, name string) {
	t.Helper()
	pid := strconv.Itoa(s.guard.pid)
	out, _ := exec.Command("pgrep", "-P", pid).Output() // status 1: there are none
	args := append([]string{"-" + name, pid}, strings.Fields(string(out))...)
	if out, err := exec.Command("kill", args...).CombinedOutput(); err != nil && !strings.Contains(string(out), "No such process") {
		t.Fatalf("sending SIG%s to %s: %v\n%s", name, s.engine.name, err, out)
	}
}

// alive says whether a process runs. One that has ended and was not waited for
// does not.
func alive(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}
