package serve

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
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

// Trace answers requests for /trace and what is below it, from those who may ask for
// /push. goat-exec sets it, before Start, in programs whose steps can be recorded.
var Trace func(w http.ResponseWriter, r *http.Request)

// headerTrack has the version of /track's JSON, so that a reader need not parse
// a page that it would misread.
const headerTrack = "Goat-Track-Version"

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
	case Trace != nil && (r.URL.Path == "/trace" || strings.HasPrefix(r.URL.Path, "/trace/")):
		if s.mayPush(w, r) {
			Trace(w, r)
		}
	case strings.HasPrefix(r.URL.Path, coverPages):
		s.serveCover(w, r)
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
		if s.mayPush(w, r) {
			s.servePush(w, r)
		}
	case "/":
		s.serveIndex(w, r)
	default:
		s.deny(w, r, http.StatusNotFound, "not found; / lists the pages")
	}
}

// serveIndex answers a browser with a page, and others with a text.
func (s *server) serveIndex(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept, Accept-Encoding")
	if !wantsPage(r) {
		text := index
		if Trace != nil {
			text += "/trace    what is recorded of steps; POST /trace/start?for=10s and /trace/stop\n"
		}
		s.writeText(w, r, text)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Security-Policy", policy())
	w.Header().Set("Referrer-Policy", "no-referrer") // the address may have the token
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.deny(w, r, http.StatusBadRequest, "the query cannot be read: "+err.Error()+"; escape it as a URL wants")
		return
	}
	if !allowed(r, values, s.token) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="goat"`)
		s.deny(w, r, http.StatusUnauthorized, "open this page as /?token=TOKEN, with the value of GOAT_TOKEN")
		return
	}
	s.answer(w, r, asked{
		contentType: "text/html; charset=utf-8",
		values:      values,
		read: func(report *rt.Report) (string, func(io.Writer) error, error) {
			q, err := report.ParseQuery(values)
			return `W/"page-` + report.Digest(q) + `"`, func(w io.Writer) error { return writePage(w, report, q, values) }, err
		},
	})
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

// servePush answers when the hub has stored what has run. Everybody who may ask can
// have the program send requests.
func (s *server) servePush(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		s.deny(w, r, http.StatusMethodNotAllowed, "method not allowed; use GET")
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

// mayPush lets those with the token pass, and without one this machine. Others it
// answers.
func (s *server) mayPush(w http.ResponseWriter, r *http.Request) bool {
	if s.token == "" && !fromLoopback(r) {
		s.deny(w, r, http.StatusForbidden, "without GOAT_TOKEN this is for the machine itself; start the program with GOAT_TOKEN, or for /push with GOAT_PUSH_ADDR")
		return false
	}
	return s.hasToken(w, r)
}

// hasToken lets those with the token pass, and all where there is none.
func (s *server) hasToken(w http.ResponseWriter, r *http.Request) bool {
	if allowed(r, r.URL.Query(), s.token) {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="goat"`)
	s.deny(w, r, http.StatusUnauthorized, "send the value of GOAT_TOKEN as Authorization: Bearer TOKEN or as ?token=TOKEN")
	return false
}

// fromLoopback reports whether a request comes from this machine.
func fromLoopback(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}
