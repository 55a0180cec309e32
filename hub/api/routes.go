package api

import (
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/wire"
)

// Routes registers the calls. A middleware of require is in front of each: it
// admits who has the role.
func (h *Handler) Routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	for role, calls := range map[auth.Role]map[string]func(http.ResponseWriter, *http.Request) error{
		auth.Read: {
			"GET /api/v1/services":                             h.services,
			"GET /api/v1/services/{service}":                   h.service,
			"GET /api/v1/services/{service}/releases":          h.releases,
			"GET /api/v1/services/{service}/badge.svg":         h.badge,
			"GET /api/v1/search":                               h.search,
			"GET /api/v1/openapi.json":                         h.openapi,
			"GET /api/v1/releases/{release}":                   h.release,
			"GET /api/v1/releases/{release}/builds":            h.builds,
			"GET /api/v1/releases/{release}/instances":         h.instances,
			"GET /api/v1/releases/{release}/points":            h.points,
			"GET /api/v1/releases/{release}/gate":              h.gate,
			"GET /api/v1/releases/{release}/tests":             h.tests,
			"GET /api/v1/services/{service}/excuses":           h.excuses,
			"GET /api/v1/releases/{release}/runs":              h.runs,
			"GET /api/v1/releases/{release}/summary":           h.summary,
			"GET /api/v1/releases/{release}/lines":             h.lines,
			"GET /api/v1/releases/{release}/compare":           h.compare,
			"GET /api/v1/releases/{release}/profile":           h.profile,
			"GET /api/v1/releases/{release}/reports/functions": h.functions,
			"GET /api/v1/releases/{release}/reports/html":      h.html,
			"GET /api/v1/releases/{release}/reports/changes":   h.changes,
			"GET /api/v1/releases/{release}/history":           h.history,
			"GET /api/v1/releases/{release}/baselines":         h.baselines,
			"GET /api/v1/instances/{id}/profile":               h.instanceProfile,
		},
		auth.Push: {
			"PUT /api/v1/tests/{id}": h.addTests,
		},
		auth.Write: {
			"PUT /api/v1/services/{service}/excuses/{stableId}":    h.excuse,
			"DELETE /api/v1/services/{service}/excuses/{stableId}": h.withdraw,
			"POST /api/v1/services/{service}/sync":                 h.sync,
			"POST /api/v1/releases/{release}/refresh":              h.refresh,
			"POST /api/v1/releases/{release}/baseline":             h.clear,
			"DELETE /api/v1/releases/{release}/baseline":           h.undo,
		},
	} {
		for pattern, handle := range calls {
			mux.Handle(pattern, require(role)(wire.Handler(h.log, handle)))
		}
	}
}
