package portal

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/review"
	"github.com/goat-trace/goat/hub/wire"
)

//go:embed templates/*.html
var templates embed.FS

// Handler answers with pages.
type Handler struct {
	fleet   *fleet.Fleet
	reports *reports.Reports
	judge   *judge.Judge
	reviews *review.Reviews
	log     *slog.Logger
	pages   *template.Template
}

// New returns a handler on the fleet, its reports, verdicts and reviews.
func New(f *fleet.Fleet, r *reports.Reports, j *judge.Judge, reviews *review.Reviews, log *slog.Logger) *Handler {
	pages := template.New("").Funcs(words)
	return &Handler{f, r, j, reviews, log, template.Must(pages.ParseFS(templates, "templates/*.html"))}
}

// page is what every page shows.
type page struct {
	Title  string
	Query  string // in the search field
	Tab    string // which of a release's pages this is
	Notice string // what a form has done
	Body   any
}

// policy is the pages' Content-Security-Policy. It allows only the hub's own style
// sheet and script, and forms to the hub itself.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// handler makes an http.Handler from a function that may fail. It shows errors as
// pages.
func (h *Handler) handler(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return
		}
		p := wire.ProblemOf(err)
		if p.Status == http.StatusInternalServerError {
			h.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", err)
		}
		if err := h.show(w, p.Status, "error.html", page{Title: p.Title(), Body: p}); err != nil {
			h.log.ErrorContext(r.Context(), "showing an error failed", "error", err)
		}
	})
}

// show renders a whole page before it sends it, so that it never sends half a page.
func (h *Handler) show(w http.ResponseWriter, status int, name string, p page) error {
	var text bytes.Buffer
	if err := h.pages.ExecuteTemplate(&text, name, p); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = text.WriteTo(w)
	return nil
}

// subject is the release that a page is about.
type subject struct {
	Service  fleet.Service
	Release  fleet.ReleaseView
	Baseline *fleet.Baseline // nil if none applies
	Newer    string          // the id of the service's newest release, "" if this is the newest
	MayWrite bool            // the user may refresh and clear
}

// subject returns the release that a request's path names, if the user may see it.
func (h *Handler) subject(r *http.Request) (s subject, err error) {
	ctx := r.Context()
	if s.Release, err = h.fleet.Release(ctx, r.PathValue("release")); err != nil {
		return s, err
	}
	if s.Service, err = h.fleet.Service(ctx, s.Release.ServiceID); err != nil {
		return s, err
	}
	who := auth.From(ctx)
	if !who.Sees(s.Service.Labels) {
		return s, fleet.Errorf(fleet.NotFound, "no release has the id %.80q", s.Release.ID)
	}
	s.MayWrite = who.May(auth.Write)
	s.Baseline, err = h.fleet.Baseline(ctx, s.Release.ID)
	return s, err
}

// title is the title of a release's pages.
func (s *subject) title(what string) string {
	title := s.Service.App + " " + short(s.Release.Revision)
	if what != "" {
		title = what + " · " + title
	}
	return title
}
