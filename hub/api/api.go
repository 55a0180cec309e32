package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/review"
	"github.com/goat-trace/goat/hub/wire"
)

// Handler answers the API's calls.
type Handler struct {
	fleet   *fleet.Fleet
	reports *reports.Reports
	judge   *judge.Judge
	reviews *review.Reviews
	log     *slog.Logger
}

// New returns a handler on the fleet, its reports, verdicts and reviews.
func New(f *fleet.Fleet, r *reports.Reports, j *judge.Judge, reviews *review.Reviews, log *slog.Logger) *Handler {
	return &Handler{f, r, j, reviews, log}
}

func (h *Handler) services(w http.ResponseWriter, r *http.Request) error {
	services, err := h.fleet.Services(r.Context())
	if err != nil {
		return err
	}
	visible := services[:0]
	for _, s := range services {
		if auth.From(r.Context()).Sees(s.Labels) {
			visible = append(visible, s)
		}
	}
	return list(w, "services", visible, serviceOf)
}

func (h *Handler) service(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, serviceOf(&s))
}

func (h *Handler) releases(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	releases, err := h.fleet.Releases(r.Context(), s.ID)
	if err != nil {
		return err
	}
	return list(w, "releases", releases, releaseOf)
}

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, releaseOf(&v))
}

func (h *Handler) builds(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	builds, err := h.fleet.Builds(r.Context(), v.ID)
	if err != nil {
		return err
	}
	return list(w, "builds", builds, buildOf)
}

func (h *Handler) instances(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	instances, err := h.fleet.Instances(r.Context(), v.ID)
	if err != nil {
		return err
	}
	return list(w, "instances", instances, instanceOf)
}

// points answers with a release's points, or with those that a filter wants.
func (h *Handler) points(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	filter, err := review.ReadFilter(r.URL.Query())
	if err != nil {
		return err
	}
	judged, err := h.judge.Release(r.Context(), v.ID)
	if err != nil {
		return err
	}
	reviewed, err := h.reviews.Get(r.Context(), v.ID)
	if err != nil {
		return err
	}
	switch across := r.FormValue("across"); across {
	case "":
		return wire.WriteJSON(w, pointsOf(judged, nil).narrow(reviewed, filter))
	case "releases":
		ran, err := h.fleet.Earlier(r.Context(), &v.Release)
		if err != nil {
			return err
		}
		return wire.WriteJSON(w, pointsOf(judged, ran).narrow(reviewed, filter))
	default:
		return fleet.Errorf(fleet.Invalid, "across is %.40q; it can be releases", across)
	}
}

// Bounds of how long a sync may be waited for.
const (
	usualWait = 20 * time.Second
	mostWait  = time.Minute
)

// sync asks a service's instances for what they have. 202 says that some have not
// answered yet: ask again, or look at the release later.
func (h *Handler) sync(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	wait, err := durationOf(r, "wait", usualWait, mostWait)
	if err != nil {
		return err
	}
	synced, err := h.fleet.Sync(r.Context(), s.ID, wait)
	if err != nil {
		return err
	}
	state, status := "done", http.StatusOK
	if synced.Waiting > 0 {
		state, status = "running", http.StatusAccepted
	}
	return wire.WriteStatus(w, status, map[string]any{"state": state, "asked": synced.Asked, "waiting": synced.Waiting})
}

// visible is a service, if who asks may see it. What they may not see is not
// there for them.
func (h *Handler) visible(r *http.Request, id string) (fleet.Service, error) {
	s, err := h.fleet.Service(r.Context(), id)
	if err == nil && !auth.From(r.Context()).Sees(s.Labels) {
		return fleet.Service{}, fleet.Errorf(fleet.NotFound, "no service has the id %.80q", id)
	}
	return s, err
}

// visibleRelease is the release that the path names, if the sender may see it.
func (h *Handler) visibleRelease(r *http.Request) (fleet.ReleaseView, error) {
	id := r.PathValue("release")
	v, err := h.fleet.Release(r.Context(), id)
	if err != nil {
		return v, err
	}
	if _, err := h.visible(r, v.ServiceID); err != nil {
		return fleet.ReleaseView{}, fleet.Errorf(fleet.NotFound, "no release has the id %.80q", id)
	}
	return v, nil
}

// list answers with an object of one key, the rows as the API shows them.
func list[T, V any](w http.ResponseWriter, key string, rows []T, show func(*T) V) error {
	shown := make([]V, 0, len(rows))
	for i := range rows {
		shown = append(shown, show(&rows[i]))
	}
	return wire.WriteJSON(w, map[string][]V{key: shown})
}
