package serve

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt/push"
)

// coverPages are the calls that goc's tools make of an agent of version 1, answered
// from Go's own counters of a program that is built with -cover -covermode=atomic.
const coverPages = "/v1/cover/"

// serveCover answers one of them. They say where the code is and change what is
// counted, so they are for the same clients as /push.
func (s *server) serveCover(w http.ResponseWriter, r *http.Request) {
	call := strings.TrimPrefix(r.URL.Path, coverPages)
	methods := map[string]string{"coverage": "GET", "profile": "GET, POST", "clear": "POST"}[call]
	switch {
	case methods == "":
		s.deny(w, r, http.StatusNotFound, "not found; there are /v1/cover/coverage, profile and clear")
		return
	case !strings.Contains(methods, r.Method):
		w.Header().Set("Allow", methods)
		s.deny(w, r, http.StatusMethodNotAllowed, "method not allowed; use "+methods)
		return
	case !s.mayPush(w, r):
		return
	}
	if wait := s.budget.wait(false); wait > 0 {
		s.refuse(w, r, wait)
		return
	}
	began := time.Now()
	if call == "clear" {
		s.clearCounters(w, r)
		return
	}
	text, covered, err := push.Profile()
	s.budget.use(time.Since(began), false)
	if err != nil {
		s.deny(w, r, http.StatusNotFound, err.Error())
		return
	}
	if call == "coverage" {
		text = strconv.AppendFloat(nil, covered, 'f', 6, 64)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text)
}

func (s *server) clearCounters(w http.ResponseWriter, r *http.Request) {
	if push.Coverage.ClearCounters == nil {
		s.deny(w, r, http.StatusNotFound, "the program was built without -cover; build it with -cover -covermode=atomic")
		return
	}
	if err := push.Coverage.ClearCounters(); err != nil {
		s.deny(w, r, http.StatusNotFound, err.Error()+"; build with -cover -covermode=atomic")
		return
	}
	s.writeText(w, r, "clear call successfully\n")
}
