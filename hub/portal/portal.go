package portal

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/look"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/wire"
)

//go:embed templates/*.html
var files embed.FS

// Handler answers with pages.
type Handler struct {
	fleet   *fleet.Fleet
	reports *reports.Reports
	log     *slog.Logger
	pages   *template.Template
}

// New returns a handler on the fleet and its reports.
func New(f *fleet.Fleet, r *reports.Reports, log *slog.Logger) *Handler {
	pages := template.New("").Funcs(template.FuncMap{"percent": percent, "short": short})
	return &Handler{f, r, log, template.Must(pages.ParseFS(files, "templates/*.html"))}
}

// Routes registers the pages. A middleware of require stands in front of each: it
// admits who has the role.
func (h *Handler) Routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	mux.Handle("GET /goat.css", http.FileServerFS(look.Files))
	guard := require(auth.Read)
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /{$}":                          h.services,
		"GET /releases/{release}":           h.release,
		"GET /releases/{release}/functions": h.functions,
	} {
		mux.Handle(pattern, guard(wire.Handler(h.log, handle)))
	}
}

func (h *Handler) services(w http.ResponseWriter, r *http.Request) error {
	services, err := h.fleet.Overview(r.Context(), auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	return h.show(w, "services.html", map[string]any{"Title": "Services", "Services": services})
}

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	view, err := h.fleet.Release(r.Context(), r.PathValue("release"))
	if err != nil {
		return err
	}
	covered, err := h.fleet.Coverage(r.Context(), view.ID)
	if err != nil {
		return err
	}
	service, err := h.fleet.Service(r.Context(), view.ServiceID)
	if err != nil {
		return err
	}
	if !auth.From(r.Context()).Sees(service.Labels) {
		return fleet.Errorf(fleet.NotFound, "no release has the id %.80q", view.ID)
	}
	return h.show(w, "release.html", map[string]any{
		"Title": service.App + " " + short(view.Revision), "Service": service, "Release": view, "Coverage": covered,
	})
}

func (h *Handler) functions(w http.ResponseWriter, r *http.Request) error {
	result, _, err := h.reports.Get(r.Context(), reports.Ask{Release: r.PathValue("release"), Kind: reports.Full}, false, time.Minute)
	if err != nil {
		return err
	}
	if !auth.From(r.Context()).Sees(result.Service.Labels) {
		return fleet.Errorf(fleet.NotFound, "no release has the id %.80q", result.Release.ID)
	}
	return h.show(w, "functions.html", map[string]any{"Title": "Functions", "Report": result})
}

// show renders a page whole before it sends it, so that half a page is never
// sent.
func (h *Handler) show(w http.ResponseWriter, name string, data any) error {
	var page bytes.Buffer
	if err := h.pages.ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "same-origin")
	_, _ = page.WriteTo(w)
	return nil
}

// percent of total, rounded down to a tenth: 100 is said of all alone.
func percent(part, total int) float64 {
	if total == 0 {
		return 100
	}
	return float64(1000*part/total) / 10
}

// short is a revision as people read it: ten letters of a commit.
func short(revision string) string {
	if len(revision) == 40 {
		return revision[:10]
	}
	return revision
}
