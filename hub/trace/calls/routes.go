package calls

import (
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/wire"
)

// Routes registers the calls. guard wraps each with the role that it needs.
func (h *Handler) Routes(mux wire.Mux, guard func(auth.Role) func(http.Handler) http.Handler) {
	for _, route := range []struct {
		pattern string
		role    auth.Role
		handle  func(http.ResponseWriter, *http.Request) error
	}{
		{"PUT /api/v1/runs/{run}", auth.Push, h.announce},
		{"PUT /api/v1/tables/{digest}", auth.Push, h.table},
		{"PUT /api/v1/runs/{run}/segments/{trace}/{n}", auth.Push, h.segment},
		{"GET /api/v1/runs/{run}/segments", auth.Push, h.stored},
		{"GET /api/v1/runs", auth.Read, h.list},
		{"GET /api/v1/runs/{run}", auth.Read, h.run},
		{"GET /api/v1/runs/{run}/tables/{digest}", auth.Read, h.readTable},
		{"GET /api/v1/runs/{run}/segments/{trace}/{n}", auth.Read, h.readSegment},
		{"POST /api/v1/runs/{run}/pin", auth.Write, h.pin},
		{"DELETE /api/v1/runs/{run}/pin", auth.Write, h.unpin},
		{"DELETE /api/v1/runs/{run}", auth.Admin, h.remove},
	} {
		mux.Handle(route.pattern, wire.Versioned(h.log, guard(route.role)(wire.Handler(h.log, route.handle))))
	}
}
