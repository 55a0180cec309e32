package serve

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
)

// whose says which process holds an address.
type whose int

const (
	somebody  whose = iota // not goat, or not an ancestor
	sameMain               // an ancestor of this process that runs the same main package
	otherMain              // an ancestor that runs another main package
)

// holder asks the server at a taken address who it is.
func holder(address string) whose {
	header, err := head(reachable(address), "/healthz")
	if err != nil {
		return somebody
	}
	pid, err := strconv.Atoi(header.Get(headerPid))
	if err != nil || header.Get(headerPidNamespace) != pidNamespace() || !isAncestor(pid) {
		return somebody
	}
	if header.Get(headerMain) == url.PathEscape(rt.MainPackage()) {
		return sameMain
	}
	return otherMain
}

// head sends one request and reads the header of the answer. It does not use
// http.Client, which would add its whole transport to programs that only serve.
func head(address, path string) (http.Header, error) {
	const patience = time.Second
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, "HEAD "+path+" HTTP/1.0\r\n\r\n"); err != nil {
		return nil, err
	}
	const longest = 16 << 10 // anybody may hold the port and send without end
	answer := bufio.NewReader(io.LimitReader(conn, longest))
	resp, err := http.ReadResponse(answer, &http.Request{Method: http.MethodHead}) //nolint:bodyclose // an answer to HEAD has no body
	if err != nil {
		return nil, err
	}
	return resp.Header, nil
}

// reachable returns an address that can be dialled. The unspecified address
// cannot be dialled on every system.
func reachable(address string) string {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().IsUnspecified() {
		return address
	}
	ip := "127.0.0.1"
	if ap.Addr().Is6() {
		ip = "::1"
	}
	return net.JoinHostPort(ip, strconv.Itoa(int(ap.Port())))
}

// isAncestor walks up from this process. On systems without /proc it only knows
// the parent.
func isAncestor(pid int) bool {
	const deepest = 1000 // processes may start and end meanwhile, but the loop must end
	at := os.Getppid()
	for range deepest {
		if at == pid {
			return pid > 0
		}
		if at <= 1 {
			return false
		}
		at = parentOf(at)
	}
	return false
}

// pidNamespace identifies the namespace of process ids: the containers of a pod
// share their ports, but each has its own process 1. It is "" on systems
// without /proc (pid_namespaces(7)).
func pidNamespace() string {
	name, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return name
}

// parentOf reads the fourth field of /proc/PID/stat (proc_pid_stat(5)). The
// second field, the command, may contain blanks and brackets.
func parentOf(pid int) int {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}
