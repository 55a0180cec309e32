package server

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// networks are two network namespaces with a cable between them. The hub is at one
// end, an application at the other.
type networks struct {
	t    *testing.T
	pids [2]int // of processes that keep the namespaces
}

// The ends of the cable.
const (
	hubEnd = iota
	applicationEnd
)

func newNetworks(t *testing.T) *networks {
	t.Helper()
	n := &networks{t: t}
	keep := exec.Command("sleep", "1000")
	keep.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	n.pids[hubEnd] = n.start(keep)
	n.pids[applicationEnd] = n.start(n.command(hubEnd, "unshare", "--net", "sleep", "1000"))
	eventually(t, "the second namespace", func() bool {
		a, errA := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", n.pids[hubEnd]))
		b, errB := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", n.pids[applicationEnd]))
		return errA == nil && errB == nil && a != b
	})
	n.ip(hubEnd, "link add h0 type veth peer name a0")
	n.ip(hubEnd, fmt.Sprintf("link set a0 netns %d", n.pids[applicationEnd]))
	for end, device := range []string{"h0", "a0"} {
		n.ip(end, fmt.Sprintf("addr add 10.9.0.%d/24 dev %s", end+1, device))
		n.ip(end, "link set lo up")
		n.ip(end, "link set "+device+" up")
	}
	return n
}

// start starts a process that ends with the test.
func (n *networks) start(cmd *exec.Cmd) int {
	n.t.Helper()
	cmd.Stderr = n.t.Output()
	if err := cmd.Start(); err != nil {
		n.t.Fatalf("%v; the test needs user namespaces", err)
	}
	n.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd.Process.Pid
}

// command returns a command that runs at one end.
func (n *networks) command(end int, args ...string) *exec.Cmd {
	pid := fmt.Sprint(n.pids[end])
	return exec.Command("nsenter", append([]string{"--target", pid, "--user", "--net", "--preserve-credentials"}, args...)...)
}

func (n *networks) ip(end int, args string) {
	n.t.Helper()
	if out, err := n.command(end, append([]string{"ip"}, strings.Fields(args)...)...).CombinedOutput(); err != nil {
		n.t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// TestNetworkCut cuts the cable between a hub and an application that works on, and mends
// it. The application does not notice, and what has run meanwhile arrives.
func TestNetworkCut(t *testing.T) {
	t.Parallel()
	exe := buildShop(t, "", "")
	n := newNetworks(t)
	dir := t.TempDir()
	tokens, socket := filepath.Join(dir, "tokens"), filepath.Join(dir, "hub.sock")
	const token = "0123456789abcdef0123456789abcdef"
	if err := os.WriteFile(tokens, []byte("all push,read * "+token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	serve := n.command(hubEnd, self, "serve", "--root", filepath.Join(dir, "hub"), "--report-addr", "10.9.0.1:8089", "--center-addr", "", "--token-file", tokens)
	serve.Env = append(os.Environ(), "HUB_OF_TEST=1")
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	n.start(serve)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "10.9.0.1:8089") {
		t.Fatalf("got %q, %v, want the hub's address", line, err)
	}
	forward := n.command(hubEnd, self)
	forward.Env = append(os.Environ(), "RELAY_OF_TEST="+socket+" 10.9.0.1:8089")
	n.start(forward)
	eventually(t, "the relay", func() bool { _, err := os.Stat(socket); return err == nil })
	h := &hub{Server: &Server{addr: address("hub")}, t: t, client: &http.Client{Transport: bearer{token, &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}}

	a := startCommand(t, n.command(applicationEnd, exe), "GOAT_HUB=http://10.9.0.1:8089", "GOAT_HUB_TOKEN="+token)
	a.do("one")
	eventually(t, "the first part", func() bool { return h.parts() == "one" })
	n.ip(hubEnd, "link set h0 down")
	for range 20 {
		began := time.Now()
		a.do("two")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the application takes %v while the cable is cut", took)
		}
	}
	time.Sleep(3 * time.Second) // it tries, in vain
	if got := h.parts(); got != "one" {
		t.Errorf("got %q at the hub through a cut cable, want what it had", got)
	}
	n.ip(hubEnd, "link set h0 up")
	eventually(t, "the second part", func() bool { return h.parts() == "one two" })
	if states := h.instanceStates(); states["live"] != 1 || len(states) != 1 {
		t.Errorf("got %v, want the one instance", states)
	}
	a.end()
}

// bearer sends a token with each request.
type bearer struct {
	token string
	next  http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return b.next.RoundTrip(r)
}

// TestTerminated ends programs by SIGTERM: goat has no handler, so it ends them at once, also
// while the hub hangs; what has been pushed is at the hub.
func TestTerminated(t *testing.T) {
	t.Parallel()
	h := startProcess(t, t.TempDir())
	exe := buildShop(t, "", "")
	for i, hangs := range []bool{false, true} {
		a := startApplication(t, exe, "GOAT_HUB="+h.URL(), fmt.Sprint("POD_NAME=shop-", i))
		part := []string{"one", "two"}[i]
		a.do(part)
		eventually(t, "the part at the hub", func() bool { return strings.HasSuffix(h.parts(), part) })
		if hangs {
			_ = h.cmd.Process.Signal(syscall.SIGSTOP)
			a.do("three")
		}
		began := time.Now()
		if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = a.cmd.Wait()
		status := a.cmd.ProcessState.Sys().(syscall.WaitStatus)
		if !status.Signaled() || status.Signal() != syscall.SIGTERM || time.Since(began) > 5*time.Second {
			t.Errorf("hub hangs %v: got %v after %v, want an end by SIGTERM at once", hangs, a.cmd.ProcessState, time.Since(began))
		}
	}
	_ = h.cmd.Process.Signal(syscall.SIGCONT)
	if got := h.parts(); got != "one two" {
		t.Errorf("got %q, want what had been pushed", got)
	}
}
