package pages

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/look"
	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
	"github.com/goat-trace/goat/hub/wire"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed trace.js
var script embed.FS

// Source reads a file of a build. The error says what to do about it.
type Source interface {
	File(ctx context.Context, module, commit, file string) ([]byte, error)
}

// Handler answers with pages.
type Handler struct {
	engine *relations.Engine
	source Source
	log    *slog.Logger
	pages  *template.Template
	home   bool // whether the hub's other pages are there, too
}

// New returns a handler. Home says that the hub's other pages are beside these.
func New(e *relations.Engine, s Source, home bool, log *slog.Logger) *Handler {
	pages := template.New("").Funcs(words)
	return &Handler{engine: e, source: s, log: log, home: home, pages: template.Must(pages.ParseFS(templates, "templates/*.html"))}
}

// Routes registers the pages. A middleware that require returns admits only those
// with the role; nil admits everybody.
func (h *Handler) Routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	read := func(handler http.Handler) http.Handler { return handler }
	if require != nil {
		read = require(auth.Read)
	}
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /traces":               h.runs,
		"GET /traces/{run}":         h.run,
		"GET /traces/{run}/{trace}": h.step,
	} {
		mux.Handle(pattern, read(h.handler(handle)))
	}
	mux.Handle("GET /trace.js", http.FileServerFS(script))
	if !h.home {
		mux.Handle("GET /goat.css", http.FileServerFS(look.Files))
		mux.Handle("GET /goat.js", http.FileServerFS(look.Files))
		mux.Handle("GET /{$}", http.RedirectHandler("/traces", http.StatusFound))
	}
}

// page is what every page shows.
type page struct {
	Title, Query string
	Home         bool
	Search       string // where the search field leads, "" for no field
	Body         any
}

// problem is what an error's page shows.
type problem struct{ Title, Text string }

// policy is the pages' Content-Security-Policy.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (h *Handler) handler(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return
		}
		status, p := http.StatusInternalServerError, problem{"This cannot be shown", "The hub's log says why."}
		var wrong wrongAddress
		switch {
		case errors.Is(err, trace.ErrNotFound):
			status, p = http.StatusNotFound, problem{"There is nothing here", err.Error()}
		case errors.As(err, &wrong):
			status, p = http.StatusBadRequest, problem{"This address cannot be read", err.Error()}
		default:
			h.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", err)
		}
		if err := h.show(w, status, "problem.html", page{Title: p.Title, Body: p}); err != nil {
			h.log.ErrorContext(r.Context(), "showing an error failed", "error", err)
		}
	})
}

// wrongAddress says what is wrong with an address.
type wrongAddress struct{ error }

// show renders a whole page before it sends it.
func (h *Handler) show(w http.ResponseWriter, status int, name string, p page) error {
	p.Home = h.home
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
