package serve

import (
	"net/http"
	"time"
)

// pushOnly answers GET /push, and nothing else.
type pushOnly struct{ *server }

func (p pushOnly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() { _ = recover() }()
	p.budget.use(perRequest, false)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if conn := connectionOf(r.Context()); conn != nil {
		end, ok := conn.begin(false)
		if !ok {
			p.refuse(w, r, time.Second)
			return
		}
		defer end()
	}
	switch {
	case crossSite(r) || r.URL.Path != "/push":
		p.deny(w, r, http.StatusNotFound, "not found; this address has /push alone")
	case p.hasToken(w, r):
		p.servePush(w, r)
	}
}
