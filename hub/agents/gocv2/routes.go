package gocv2

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/goat-trace/goat/hub/fleet"
)

// Handler answers goc's calls. It implements fleet's Connected.
type Handler struct {
	center *center
	routes map[string]func(http.ResponseWriter, *http.Request) error
}

var _ fleet.Connected = (*Handler)(nil)

// New returns a handler.
func New(o Options) *Handler {
	if o.Ping == 0 {
		o.Ping = 15 * time.Second
	}
	c := &center{Options: o, connections: connections{byID: map[int64]*connection{}},
		watchers: watchers{all: map[*watcher]bool{}}, sources: sources{all: map[*websocket.Conn]bool{}}}
	return &Handler{c, map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /v2/internal/register":       c.register,
		"POST /v2/internal/register":      c.register,
		"GET /v2/internal/ws/rpcstream":   c.rpcstream,
		"GET /v2/internal/ws/watchstream": c.watchstream,
		"GET /v2/agents":                  c.agents,
		"DELETE /v2/agents":               c.remove,
		"GET /v2/cover/profile":           c.profile,
		"DELETE /v2/cover/profile":        c.clear,
		"GET /v2/cover/ws/watch":          c.watch,
	}}
}

// ServeHTTP answers a call. A path that goc does not have gets 404, as in goc.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handle := h.routes[r.Method+" "+r.URL.Path]
	if handle == nil {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "404 page not found")
		return
	}
	if err := handle(w, r); err != nil && r.Context().Err() == nil { // otherwise the client went away
		p := problemOf(err)
		if p.Status == http.StatusInternalServerError && !errors.As(err, new(*problem)) {
			h.center.Log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		}
		_ = answer(w, p.Status, p)
	}
}

// Asked makes those of the instances that are connected here report their counts.
func (h *Handler) Asked(ctx context.Context, instances []string) { h.center.asked(ctx, instances) }

// Close ends all connections. The agents then connect again, to any replica.
func (h *Handler) Close() {
	h.center.connections.close()
	h.center.sources.close()
	h.center.watchers.close()
	h.center.streams.Wait()
}
