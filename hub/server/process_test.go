package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain makes this test binary a goat-hub if a test starts it as one.
func TestMain(m *testing.M) {
	if os.Getenv("HUB_OF_TEST") != "" {
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
	}
	if to := os.Getenv("RELAY_OF_TEST"); to != "" {
		socket, address, _ := strings.Cut(to, " ")
		fmt.Fprintln(os.Stderr, relay(socket, address))
		os.Exit(1)
	}
	code := m.Run()
	for _, dir := range []string{shopDir, echoDir} {
		if dir != "" {
			os.RemoveAll(dir)
		}
	}
	for _, dir := range ofTests {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// command returns a goat-hub in a process of its own.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "HUB_OF_TEST=1")
	cmd.Stderr = t.Output()
	return cmd
}

// goatHub runs a command of goat-hub to its end and returns its output.
func goatHub(t testing.TB, args ...string) string {
	t.Helper()
	out, err := command(t, args...).Output()
	if err != nil {
		t.Fatalf("goat-hub %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// process is a server in a process of its own.
type process struct {
	*hub
	cmd *exec.Cmd
}

// startProcess starts a server on a directory. If it still runs at the end of
// the test, it is killed.
func startProcess(t testing.TB, root string, args ...string) *process {
	t.Helper()
	cmd := command(t, append([]string{"serve", "--root", root, "--report-addr", "127.0.0.1:0", "--center-addr", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd}
	t.Cleanup(p.kill)
	lines := bufio.NewReader(out)
	var said [2]address // of the pages, and of goc's center
	for i := range said {
		url, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the server says no address: %v", err)
		}
		said[i] = address(strings.TrimPrefix(strings.TrimSpace(url), "http://"))
	}
	p.hub = &hub{Server: &Server{addr: said[0], gocAddr: said[1]}, t: t}
	return p
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// stop ends it as an operator does, and returns how it ended.
func (p *process) stop() error {
	p.cmd.Process.Signal(os.Interrupt)
	time.AfterFunc(30*time.Second, func() { p.cmd.Process.Kill() })
	return p.cmd.Wait()
}

// address is the net.Addr of a server elsewhere.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// relay forwards the connections of a Unix socket to an address of the network that
// the process is in. Sockets by path are seen in all networks.
func relay(socket, address string) error {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	for {
		in, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer in.Close()
			out, err := net.Dial("tcp", address)
			if err != nil {
				return
			}
			defer out.Close()
			go func() { _, _ = io.Copy(out, in); _ = out.(*net.TCPConn).CloseWrite() }()
			_, _ = io.Copy(in, out)
		}()
	}
}
