package portal

import (
	"net/http"
	"net/url"

	"github.com/goat-trace/goat/hub/auth"
)

// refresh measures a release and goes back to its page.
func (h *Handler) refresh(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	result, err := h.reports.Refresh(r.Context(), s.Release.ID, r.FormValue("force") != "", refreshWait)
	if err != nil {
		return err
	}
	done := "measured"
	switch {
	case result.Cached:
		done = "cached"
	case result.Running:
		done = "asked"
	case result.Latest == nil:
		done = "nothing"
	}
	return back(w, r, s.Release.ID, done)
}

// clear makes a release's counts start again.
func (h *Handler) clear(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	if _, err := h.reports.Clear(r.Context(), s.Release.ID, auth.From(r.Context()).Name); err != nil {
		return err
	}
	return back(w, r, s.Release.ID, "cleared")
}

// undo takes a clear back.
func (h *Handler) undo(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	if _, err := h.reports.Undo(r.Context(), s.Release.ID); err != nil {
		return err
	}
	return back(w, r, s.Release.ID, "undone")
}

// back shows the release's page, and says what was done.
func back(w http.ResponseWriter, r *http.Request, release, done string) error {
	http.Redirect(w, r, "/releases/"+url.PathEscape(release)+"?done="+done, http.StatusSeeOther)
	return nil
}
