package serve

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/goat-trace/goat/rt/push"
	"github.com/goat-trace/goat/rt/warning"
)

// longestPush is how long GET /push waits for the hub. Kubernetes gives a pod 30 s
// for its end, unless it is told otherwise.
const longestPush = 20 * time.Second

// servePush answers when the hub has stored what has run. It is for those with the
// token, and without one for this machine: everybody else could have a program send
// requests.
func (s *server) servePush(w http.ResponseWriter, r *http.Request, open bool) {
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", "GET")
		s.deny(w, r, http.StatusMethodNotAllowed, "method not allowed; use GET")
		return
	case s.token != "" && !allowed(r, r.URL.Query(), s.token):
		w.Header().Set("WWW-Authenticate", `Bearer realm="goat"`)
		s.deny(w, r, http.StatusUnauthorized, "send the value of GOAT_TOKEN as Authorization: Bearer TOKEN or as ?token=TOKEN")
		return
	case s.token == "" && !open && !fromLoopback(r):
		s.deny(w, r, http.StatusForbidden, "without GOAT_TOKEN this is for the machine itself; start the program with GOAT_TOKEN, or with GOAT_PUSH_ADDR")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), longestPush)
	defer cancel()
	if err := push.Now(ctx); err != nil {
		s.deny(w, r, http.StatusServiceUnavailable, "not stored: "+err.Error())
		return
	}
	s.writeText(w, r, "stored\n")
}

// fromLoopback reports whether a request comes from this machine.
func fromLoopback(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// pushOnly answers GET /push, and nothing else.
type pushOnly struct{ *server }

func (p pushOnly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { _ = recover() }()
	p.budget.use(perRequest, false)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if conn := connectionOf(r.Context()); conn != nil {
		end, ok := conn.begin(false)
		if !ok {
			p.refuse(w, r, time.Second)
			return
		}
		defer end()
	}
	switch {
	case crossSite(r) || r.URL.Path != "/push":
		p.deny(w, r, http.StatusNotFound, "not found; this address has /push alone")
	default:
		p.servePush(w, r, true)
	}
}

// servePushOnly serves /push on an address of its own. It never returns while it
// serves.
func servePushOnly(s *server) {
	defer func() { _ = recover() }()
	l, err := net.Listen("tcp", s.pushAddress)
	if err != nil {
		warning.Say("goat does not serve /push", warning.Error{
			Err:        err,
			Attributes: []any{"GOAT_PUSH_ADDR", s.pushAddress, "error", err.Error()},
			Next:       "set GOAT_PUSH_ADDR to a free port of this host, such as 0.0.0.0:57006",
		})
		return
	}
	l = &connections{Listener: l, most: mostConnections, budget: s.budget}
	if err := newHTTPServer(pushOnly{s}).Serve(l); err != nil {
		warning.Say("goat stopped serving /push", err)
	}
}

// parsePushAddress reads host:port.
func parsePushAddress(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	const next = "set it to an address of this host and a port, such as 0.0.0.0:57006"
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		return "", warning.Variable("GOAT_PUSH_ADDR", value, next)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	ip, ipErr := parseIP(host)
	number, portErr := parsePort(port)
	if ipErr != nil || portErr != nil || number == "0" || port == "" {
		return "", warning.Variable("GOAT_PUSH_ADDR", value, next)
	}
	return net.JoinHostPort(ip, number), nil
}
