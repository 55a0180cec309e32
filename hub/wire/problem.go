package wire

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/goat-trace/goat/hub/fleet"
)

// Problem is an error as RFC 9457 has it. Type is for programs and does not
// change; Detail is for people.
type Problem struct {
	Type      string // without urn:goat:problem:
	Status    int
	Detail    string
	Supported []int // versions of the protocol, with unsupported-protocol
	Retry     int   // seconds, for Retry-After; 0 for none
}

func (p *Problem) Error() string { return p.Detail }

// Title is the type's name for people.
func (p *Problem) Title() string { return titles[p.Type] }

const problemPrefix = "urn:goat:problem:"

// titles are the types' names for people.
var titles = map[string]string{
	"bad-request":          "Bad request",
	"unsupported-protocol": "Unsupported protocol version",
	"too-large":            "Too large",
	"unsupported-encoding": "Unsupported encoding",
	"unauthorized":         "Unauthorized",
	"forbidden":            "Forbidden",
	"not-found":            "Not found",
	"unknown-instance":     "Unknown instance",
	"unknown-run":          "Unknown run",
	"gone":                 "Gone",
	"digest-mismatch":      "Digest mismatch",
	"conflict":             "Conflict",
	"busy":                 "Busy",
	"internal":             "Internal error",
}

// ofKind gives fleet's errors their type and status.
var ofKind = map[fleet.Kind]Problem{
	fleet.Invalid:         {Type: "bad-request", Status: http.StatusBadRequest},
	fleet.NotFound:        {Type: "not-found", Status: http.StatusNotFound},
	fleet.UnknownInstance: {Type: "unknown-instance", Status: http.StatusNotFound},
	fleet.UnknownRun:      {Type: "unknown-run", Status: http.StatusNotFound},
	fleet.Deleted:         {Type: "gone", Status: http.StatusGone},
	fleet.DigestMismatch:  {Type: "digest-mismatch", Status: http.StatusUnprocessableEntity},
	fleet.TooLarge:        {Type: "too-large", Status: http.StatusRequestEntityTooLarge},
	fleet.Forbidden:       {Type: "forbidden", Status: http.StatusForbidden},
	fleet.Conflict:        {Type: "conflict", Status: http.StatusConflict},
	fleet.Busy:            {Type: "busy", Status: http.StatusServiceUnavailable, Retry: 5},
}

// ProblemOf is what the sender may know of an error.
func ProblemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *fleet.Error
	if errors.As(err, &e) {
		p := ofKind[e.Kind]
		p.Detail = e.Detail
		return &p
	}
	return &Problem{Type: "internal", Status: http.StatusInternalServerError, Detail: "the hub could not do this; its log says why"}
}

// Handler makes an http.Handler of a function that may fail. What is the hub's
// own affair goes to log and not to the client.
func Handler(log *slog.Logger, handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // the client went away
		}
		p := ProblemOf(err)
		if p.Status == http.StatusInternalServerError {
			log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		}
		p.write(w)
	})
}

func (p *Problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.Retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.Retry))
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(struct { // an error is the client's
		Type      string `json:"type"`
		Title     string `json:"title"`
		Status    int    `json:"status"`
		Detail    string `json:"detail"`
		Supported []int  `json:"supported,omitempty"`
	}{problemPrefix + p.Type, titles[p.Type], p.Status, p.Detail, p.Supported})
}

// WriteJSON answers with 200 and v.
func WriteJSON(w http.ResponseWriter, v any) error { return WriteStatus(w, http.StatusOK, v) }

// WriteStatus answers with a status and v.
func WriteStatus(w http.ResponseWriter, status int, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)+1))
	w.WriteHeader(status)
	w.Write(append(content, '\n'))
	return nil
}

// Mux is where handlers register their routes; *http.ServeMux is one.
type Mux interface {
	Handle(pattern string, handler http.Handler)
}
