package goat

import (
	"log/slog"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// Limits of unpacked bodies.
const (
	maxRegistration = 64 << 10
	maxPush         = 4 << 20
)

// Handler answers the agents' calls.
type Handler struct {
	fleet *fleet.Fleet
	log   *slog.Logger
}

// New returns a handler on the fleet.
func New(f *fleet.Fleet, log *slog.Logger) *Handler { return &Handler{f, log} }

// Routes registers the calls. guard wraps each of them: it admits only those who
// may push.
func (h *Handler) Routes(mux wire.Mux, guard func(http.Handler) http.Handler) {
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"PUT /api/v1/manifests/{digest}":       h.manifest,
		"POST /api/v1/instances":               h.register,
		"POST /api/v1/instances/{id}/points":   h.points,
		"PUT /api/v1/covmeta/{digest}":         h.covmeta,
		"POST /api/v1/instances/{id}/counters": h.counters,
	} {
		mux.Handle(pattern, wire.Versioned(h.log, guard(wire.Handler(h.log, handle))))
	}
}

func (h *Handler) manifest(w http.ResponseWriter, r *http.Request) error {
	document, err := wire.Body(w, r, fleet.MaxManifest)
	if err != nil {
		return err
	}
	digest := r.PathValue("digest")
	points, err := h.fleet.AddManifest(r.Context(), digest, document)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, struct {
		Digest string `json:"digest"`
		Points int    `json:"points"`
	}{digest, points})
}

func (h *Handler) register(w http.ResponseWriter, r *http.Request) error {
	var body registration
	if err := wire.ReadJSON(w, r, maxRegistration, &body); err != nil {
		return err
	}
	v := body.value()
	if p := auth.From(r.Context()); !p.Sees(v.Labels) {
		return fleet.Errorf(fleet.Forbidden, "the token %q may not report for the service %s", p.Name, v.Labels.Name())
	}
	answer, err := h.fleet.Register(r.Context(), v)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, registered{ID: answer.Instance, LeaseS: seconds(answer.Lease), told: tell(answer)})
}

func (h *Handler) points(w http.ResponseWriter, r *http.Request) error {
	if err := h.mayReport(r); err != nil {
		return err
	}
	var body push
	if err := wire.ReadJSON(w, r, maxPush, &body); err != nil {
		return err
	}
	answer, err := h.fleet.Push(r.Context(), body.value(r.PathValue("id")))
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, tell(answer))
}

func (h *Handler) covmeta(w http.ResponseWriter, r *http.Request) error {
	content, err := wire.Body(w, r, fleet.MaxCounters)
	if err != nil {
		return err
	}
	digest := r.PathValue("digest")
	if err := h.fleet.AddCovmeta(r.Context(), digest, content); err != nil {
		return err
	}
	return wire.WriteJSON(w, map[string]string{"digest": digest})
}

func (h *Handler) counters(w http.ResponseWriter, r *http.Request) error {
	if err := h.mayReport(r); err != nil {
		return err
	}
	content, err := wire.Body(w, r, fleet.MaxCounters)
	if err != nil {
		return err
	}
	answer, err := h.fleet.AddCounters(r.Context(), r.PathValue("id"), r.Header.Get("Goat-Covmeta"), content)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, tell(answer))
}

// mayReport refuses reports of instances outside the token's scope.
func (h *Handler) mayReport(r *http.Request) error {
	p := auth.From(r.Context())
	if len(p.Scope) == 0 {
		return nil
	}
	s, err := h.fleet.ServiceOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !p.Sees(s.Labels) {
		return fleet.Errorf(fleet.Forbidden, "the token %q may not report for the service %s", p.Name, s.Name())
	}
	return nil
}
