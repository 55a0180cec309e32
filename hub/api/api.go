package api

import (
	"log/slog"
	"net/http"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// Handler answers the API's calls.
type Handler struct {
	fleet *fleet.Fleet
	log   *slog.Logger
}

// New returns a handler on the fleet.
func New(f *fleet.Fleet, log *slog.Logger) *Handler { return &Handler{f, log} }

// Routes registers the calls that read. guard stands in front of each: it admits
// who may read.
func (h *Handler) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /api/v1/services":                    h.services,
		"GET /api/v1/services/{service}":          h.service,
		"GET /api/v1/services/{service}/releases": h.releases,
		"GET /api/v1/releases/{release}":          h.release,
		"GET /api/v1/releases/{release}/points":   h.points,
	} {
		mux.Handle(pattern, guard(wire.Handler(h.log, handle)))
	}
}

func (h *Handler) services(w http.ResponseWriter, r *http.Request) error {
	services, err := h.fleet.Services(r.Context())
	if err != nil {
		return err
	}
	list := make([]service, 0, len(services))
	for i := range services {
		list = append(list, serviceOf(&services[i]))
	}
	return wire.WriteJSON(w, map[string]any{"services": list})
}

func (h *Handler) service(w http.ResponseWriter, r *http.Request) error {
	s, err := h.fleet.Service(r.Context(), r.PathValue("service"))
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, serviceOf(&s))
}

func (h *Handler) releases(w http.ResponseWriter, r *http.Request) error {
	releases, err := h.fleet.Releases(r.Context(), r.PathValue("service"))
	if err != nil {
		return err
	}
	list := make([]release, 0, len(releases))
	for i := range releases {
		list = append(list, releaseOf(&releases[i]))
	}
	return wire.WriteJSON(w, map[string]any{"releases": list})
}

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	v, err := h.fleet.Release(r.Context(), r.PathValue("release"))
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, releaseOf(&v))
}

func (h *Handler) points(w http.ResponseWriter, r *http.Request) error {
	v, points, err := h.fleet.Points(r.Context(), r.PathValue("release"))
	if err != nil {
		return err
	}
	list := make([]point, 0, len(points))
	for i := range points {
		list = append(list, pointOf(&points[i]))
	}
	return wire.WriteJSON(w, map[string]any{"release": releaseOf(&v), "points": list})
}
