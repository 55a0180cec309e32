package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/push"
)

// Headers of every answer, by which a child recognises an ancestor's server.
const (
	headerPid          = "Goat-Pid"
	headerPidNamespace = "Goat-Pid-Namespace"
	headerMain         = "Goat-Main"
)

// headerTrack has the version of /track's JSON, so that a reader need not parse
// a page that it would misread.
const headerTrack = "Goat-Track-Version"

const index = `goat: which of the changed code has run

/metrics  Prometheus text format
/track    JSON; ?component=NAME|ID[,...] &order=0..3 &file= &package= &func= &covered=true|false
/healthz  ok
/push     with GOAT_HUB: answers when the hub has stored what has run
`

// server answers requests. It only reads, and a panic ends a single answer.
type server struct {
	settings
	pid, namespace string
	budget         *budget
	slots          slots
	kept           keptPages
}

func newServer(s settings) *server {
	return &server{
		settings: s, pid: strconv.Itoa(os.Getpid()), namespace: pidNamespace(),
		budget: newBudget(float64(s.percent) / 100), slots: newSlots(),
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn := connectionOf(r.Context())
	defer func() {
		if recover() != nil {
			w.WriteHeader(http.StatusInternalServerError) // has no effect if the answer has begun
			if conn != nil {
				_ = conn.Close() // in that case it must not look complete
			}
		}
	}()
	s.budget.use(perRequest, r.URL.Path == "/metrics")
	w.Header().Set(headerPid, s.pid)
	w.Header().Set(headerPidNamespace, s.namespace)
	w.Header().Set(headerMain, url.PathEscape(rt.MainPackage()))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if conn != nil {
		end, ok := conn.begin(r.URL.Path == "/metrics")
		if !ok {
			s.refuse(w, r, time.Second)
			return
		}
		defer end()
	}
	switch {
	case crossSite(r):
		s.deny(w, r, http.StatusForbidden, "this request comes from a page of another site, which goat does not answer; open the address in a tab of its own, or use a program that is no browser")
	case r.URL.Path != "/metrics" && r.URL.Path != "/healthz" && !knownHost(r.Host, s.hosts):
		s.deny(w, r, http.StatusMisdirectedRequest, "goat does not know the host "+strconv.Quote(r.Host)+"; ask by IP address, or start the program with its name in GOAT_HOSTS")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		s.deny(w, r, http.StatusMethodNotAllowed, "method not allowed; use GET or HEAD")
	default:
		s.route(w, r)
	}
}

// route does not use http.ServeMux, whose patterns depend on GODEBUG and so on
// the go directive of the application.
func (s *server) route(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/metrics":
		s.serveMetrics(w, r)
	case "/track":
		s.serveTrack(w, r)
	case "/healthz":
		s.writeText(w, r, "ok\n")
	case "/push":
		s.servePush(w, r, false)
	case "/":
		s.serveIndex(w, r)
	default:
		s.deny(w, r, http.StatusNotFound, "not found; / lists the pages")
	}
}

// deny sends an answer that costs no more than the request. A client that sends
// many such requests has to wait for the answers.
func (s *server) deny(w http.ResponseWriter, r *http.Request, status int, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	http.Error(w, text, status)
}

func (s *server) writeText(w http.ResponseWriter, r *http.Request, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text)
}

func (s *server) serveMetrics(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, asked{
		metrics:     true,
		contentType: "text/plain; version=0.0.4; charset=utf-8",
		read: func(report *rt.Report) (string, func(io.Writer) error, error) {
			return "", func(w io.Writer) error { return report.WriteMetrics(w, s.compat) }, nil
		},
	})
}

func (s *server) serveTrack(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set(headerTrack, strconv.Itoa(manifest.TrackFormat))
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.denyTrack(w, r, http.StatusBadRequest, "the query cannot be read: "+err.Error()+"; escape it as a URL wants")
		return
	}
	if !allowed(r, values, s.token) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="goat"`)
		s.denyTrack(w, r, http.StatusUnauthorized, "send the value of GOAT_TOKEN as Authorization: Bearer TOKEN or as ?token=TOKEN")
		return
	}
	for name := range values { // other parameters do not change the page
		if !slices.Contains(rt.Parameters(), name) {
			delete(values, name)
		}
	}
	s.answer(w, r, asked{
		contentType: "application/json; charset=utf-8",
		values:      values,
		read: func(report *rt.Report) (string, func(io.Writer) error, error) {
			q, err := report.ParseQuery(values)
			// The tag is weak, because the compressed page has the same one.
			return `W/"` + report.Digest(q) + `"`, func(w io.Writer) error { return report.WriteTrack(w, q) }, err
		},
	})
}

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

func (s *server) denyTrack(w http.ResponseWriter, r *http.Request, status int, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	writeError(w, status, text)
}

func writeError(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(rt.AppendJSONString([]byte(`{"error":`), text), "}\n"...)) //nolint:gosec // the header says that it is JSON
}

// allowed compares digests, which have equal lengths, so that the time it takes
// says nothing about the token's length.
func allowed(r *http.Request, values url.Values, token string) bool {
	if token == "" {
		return true
	}
	given := values.Get("token")
	if scheme, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		given = credentials
	}
	want, got := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(strings.TrimSpace(given)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
