package serve

import (
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

// whose says who holds an address.
type whose int

const (
	somebody  whose = iota // not goat, or not an ancestor
	sameMain               // an ancestor of this process that runs the same main package
	otherMain              // an ancestor that runs another one
)

// holder asks the server at an address that is taken who it is.
func holder(address string) whose {
	const patience = time.Second
	client := http.Client{
		Timeout: patience,
		// Not http.DefaultTransport: that one is the application's, with its proxy.
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Head("http://" + reachable(address) + "/healthz")
	if err != nil {
		return somebody
	}
	_ = resp.Body.Close()
	pid, err := strconv.Atoi(resp.Header.Get(headerPid))
	if err != nil || !isAncestor(pid) {
		return somebody
	}
	if resp.Header.Get(headerMain) == url.PathEscape(rt.MainPackage()) {
		return sameMain
	}
	return otherMain
}

// reachable is an address to ask at: the unspecified one cannot be dialled
// everywhere.
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

// isAncestor walks up from this process. Where the system has no /proc the
// parent is as far as it sees.
func isAncestor(pid int) bool {
	const deepest = 1000 // processes may come and go meanwhile; a loop must end
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

// parentOf reads the fourth field of /proc/PID/stat (proc_pid_stat(5)). The
// second, the command, may itself hold blanks and brackets.
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
