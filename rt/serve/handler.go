package serve

import (
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
)

// Headers of every answer, by which a child finds that an ancestor serves.
const (
	headerPid          = "Goat-Pid"
	headerPidNamespace = "Goat-Pid-Namespace"
	headerMain         = "Goat-Main"
)

// headerTrack is the version of /track's JSON: a reader need not look into a
// page that it would misread.
const headerTrack = "Goat-Track-Version"

const index = `goat: which of the changed code has run

/metrics  Prometheus text format
/track    JSON; ?component=NAME|ID[,...] &order=0..3 &file= &package= &func= &covered=true|false
/healthz  ok
`

// newHandler is the whole server: readers only, and a panic ends one answer at
// most.
func newHandler(s settings) http.Handler {
	pid, namespace := strconv.Itoa(os.Getpid()), pidNamespace()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				w.WriteHeader(http.StatusInternalServerError) // without effect once the answer has begun
			}
		}()
		w.Header().Set(headerPid, pid)
		w.Header().Set(headerPidNamespace, namespace)
		w.Header().Set(headerMain, url.PathEscape(rt.MainPackage()))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed; use GET or HEAD", http.StatusMethodNotAllowed)
			return
		}
		s.route(w, r)
	})
}

// route is no http.ServeMux: what its patterns mean depends on GODEBUG, and so
// on the go directive of the application.
func (s settings) route(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/metrics":
		serveMetrics(w, r, s.compat)
	case "/track":
		serveTrack(w, r, s.token)
	case "/healthz":
		writeText(w, "ok\n")
	case "/":
		writeText(w, index)
	default:
		http.Error(w, "not found; / lists the pages", http.StatusNotFound)
	}
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text)
}

func serveMetrics(w http.ResponseWriter, r *http.Request, compat bool) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	body, done := compressed(w, r)
	defer done()
	_ = rt.Read().WriteMetrics(body, compat) // an error is the client's: it went away
}

func serveTrack(w http.ResponseWriter, r *http.Request, token string) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set(headerTrack, strconv.Itoa(manifest.TrackFormat))
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		writeError(w, http.StatusBadRequest, "the query cannot be read: "+err.Error()+"; escape it as a URL wants")
		return
	}
	if !allowed(r, values, token) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="goat"`)
		writeError(w, http.StatusUnauthorized, "send the value of GOAT_TOKEN as Authorization: Bearer TOKEN or as ?token=TOKEN")
		return
	}
	report := rt.Read()
	q, err := report.ParseQuery(values)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	// Weak, because the compressed page has the same tag.
	tag := `W/"` + report.Digest(q) + `"`
	w.Header().Set("ETag", tag)
	if matchesTag(r.Header.Values("If-None-Match"), tag) {
		w.Header().Add("Vary", "Accept-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, done := compressed(w, r)
	defer done()
	_ = report.WriteTrack(body, q)
}

func writeError(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(rt.AppendJSONString([]byte(`{"error":`), text), "}\n"...))
}

// allowed compares digests: they are equally long, so the time says nothing
// about the token's length either.
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

// matchesTag does the weak comparison of RFC 9110, section 13.1.2.
func matchesTag(headers []string, tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	for _, header := range headers {
		for candidate := range strings.SplitSeq(header, ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || strings.TrimPrefix(candidate, "W/") == opaque {
				return true
			}
		}
	}
	return false
}

// compressed returns where the body goes and what ends it.
func compressed(w http.ResponseWriter, r *http.Request) (io.Writer, func()) {
	w.Header().Add("Vary", "Accept-Encoding")
	if r.Method == http.MethodHead || !acceptsGzip(r.Header.Values("Accept-Encoding")) {
		return w, func() {}
	}
	w.Header().Set("Content-Encoding", "gzip")
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is a valid one
	return z, func() { _ = z.Close() }
}

// acceptsGzip reads Accept-Encoding: gzip, or * where gzip is not named, with a
// weight above 0.
func acceptsGzip(headers []string) bool {
	accepted := false
	for _, header := range headers {
		for entry := range strings.SplitSeq(header, ",") {
			coding, parameter, _ := strings.Cut(entry, ";")
			coding = strings.ToLower(strings.TrimSpace(coding))
			weight := strings.ReplaceAll(strings.ToLower(parameter), " ", "")
			zero := strings.HasPrefix(weight, "q=0") && strings.Trim(weight[len("q="):], "0.") == ""
			switch coding {
			case "gzip":
				return !zero
			case "*":
				accepted = !zero
			}
		}
	}
	return accepted
}
