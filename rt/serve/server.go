package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
)

// server answers requests. It only reads, and a panic ends a single answer.
type server struct {
	settings
	pid, namespace string
	budget         *budget
	slots          slots
	kept           keptPages
}

func newServer(s settings) *server {
	return &server{
		settings: s, pid: strconv.Itoa(os.Getpid()), namespace: pidNamespace(),
		budget: newBudget(float64(s.percent) / 100), slots: newSlots(),
	}
}

// deny sends an answer that costs no more than the request. A client that sends
// many such requests has to wait for the answers.
func (s *server) deny(w http.ResponseWriter, r *http.Request, status int, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	http.Error(w, text, status)
}

func (s *server) writeText(w http.ResponseWriter, r *http.Request, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text)
}

func (s *server) denyTrack(w http.ResponseWriter, r *http.Request, status int, text string) {
	if s.budget.wait(false) > 0 {
		s.hold(r)
	}
	writeError(w, status, text)
}

func writeError(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(rt.AppendJSONString([]byte(`{"error":`), text), "}\n"...)) //nolint:gosec // the header says that it is JSON
}

// hold makes a client wait while the budget is used up.
func (s *server) hold(r *http.Request) {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// allowed compares digests, which have equal lengths, so that the time it takes
// says nothing about the token's length.
func allowed(r *http.Request, values url.Values, token string) bool {
	if token == "" {
		return true
	}
	given := values.Get("token")
	if scheme, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		given = credentials
	}
	want, got := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(strings.TrimSpace(given)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
