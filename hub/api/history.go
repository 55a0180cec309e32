package api

import (
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/wire"
)

// history answers with the measurements of a release, the newest first.
func (h *Handler) history(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	before, err := numberOf(r, "before", 0, 1<<62)
	if err != nil {
		return err
	}
	limit, err := numberOf(r, "limit", 100, 1000)
	if err != nil {
		return err
	}
	rows, err := h.fleet.Covers(r.Context(), v.ID, before, int(limit))
	if err != nil {
		return err
	}
	return list(w, "history", rows, coverOf)
}

// refresh asks the release's instances for what they have, and measures. 202 says
// that it is not done: ask again without force, or look at the history later.
func (h *Handler) refresh(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	wait, err := durationOf(r, "wait", usualWait, mostWait)
	if err != nil {
		return err
	}
	force, err := flagOf(r, "force")
	if err != nil {
		return err
	}
	result, err := h.reports.Refresh(r.Context(), v.ID, force, wait)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if result.Running {
		status = http.StatusAccepted
	}
	return wire.WriteStatus(w, status, refreshedOf(&result))
}

// clear makes a release's counts start again.
func (h *Handler) clear(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	b, err := h.reports.Clear(r.Context(), v.ID, auth.From(r.Context()).Name)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, baselineOf(b))
}

// undo takes the last clear back.
func (h *Handler) undo(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	b, err := h.reports.Undo(r.Context(), v.ID)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, baselineOf(b))
}

// baselines lists where the release's counts began for people.
func (h *Handler) baselines(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	rows, err := h.fleet.Baselines(r.Context(), v.ID)
	if err != nil {
		return err
	}
	return list(w, "baselines", rows, baselineOf)
}
