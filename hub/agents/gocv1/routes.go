package gocv1

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Handler answers goc's calls.
type Handler struct {
	center *center
	routes map[string]func(http.ResponseWriter, *http.Request) error
}

// New returns a handler.
func New(o Options) *Handler {
	c := &center{o}
	return &Handler{c, map[string]func(http.ResponseWriter, *http.Request) error{
		"POST /v1/cover/register": c.register,
		"GET /v1/cover/list":      c.list,
		"GET /v1/cover/profile":   c.profile,
		"POST /v1/cover/profile":  c.profile,
		"POST /v1/cover/clear":    c.clear,
		"POST /v1/cover/remove":   c.remove,
		"POST /v1/cover/init":     c.init,
		"GET /static":             c.static,
	}}
}

// ServeHTTP answers a call. A path that goc does not have gets 404, as in goc, and
// a path with an extra slash at the end is redirected.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handle := h.routes[r.Method+" "+r.URL.Path]; handle != nil {
		if err := handle(w, r); err != nil && r.Context().Err() == nil { // otherwise the client went away
			p := problemOf(err)
			if p.status == http.StatusInternalServerError && !errors.As(err, new(*problem)) {
				h.center.Log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
			}
			_ = answer(w, p.status, map[string]string{"error": p.Error()})
		}
		return
	}
	if path := strings.TrimSuffix(r.URL.Path, "/"); path != r.URL.Path && h.routes[r.Method+" "+path] != nil {
		status := http.StatusMovedPermanently
		if r.Method != http.MethodGet {
			status = http.StatusTemporaryRedirect
		}
		if r.URL.RawQuery != "" {
			path += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, path, status) //nolint:gosec // path is a route
		return
	}
	NotFound(w)
}

// NotFound answers as goc's center does for a path without a route.
func NotFound(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprint(w, "404 page not found")
}
