package portal

import (
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/look"
	"github.com/goat-trace/goat/hub/wire"
)

// Routes registers the pages. A middleware that require returns wraps each of them
// and admits only those with the role. The style sheet and the script are for
// everybody.
func (h *Handler) Routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	mux.Handle("GET /goat.css", http.FileServerFS(look.Files))
	mux.Handle("GET /goat.js", http.FileServerFS(look.Files))
	for role, calls := range map[auth.Role]map[string]func(http.ResponseWriter, *http.Request) error{
		auth.Read: {
			"GET /{$}":                               h.services,
			"GET /search":                            h.search,
			"GET /services/{service}/excuses":        h.excuses,
			"GET /releases/{release}/points/{point}": h.point,
			"GET /services/{service}":                h.service,
			"GET /releases/{release}":                h.release,
			"GET /releases/{release}/functions":      h.functions,
			"GET /releases/{release}/events":         h.events,
			"GET /releases/{release}/code":           h.code,
			"GET /releases/{release}/compare":        h.compare,
			"GET /releases/{release}/files":          h.files,
			"GET /releases/{release}/source":         h.source,
			"GET /releases/{release}/changes":        h.changes,
			"GET /releases/{release}/instances":      h.instances,
		},
		auth.Write: {
			"POST /releases/{release}/points/{point}/excuse":   h.excuse,
			"POST /releases/{release}/points/{point}/withdraw": h.withdraw,
			"POST /releases/{release}/refresh":                 h.refresh,
			"POST /releases/{release}/clear":                   h.clear,
			"POST /releases/{release}/undo":                    h.undo,
		},
	} {
		for pattern, handle := range calls {
			mux.Handle(pattern, require(role)(h.handler(handle)))
		}
	}
}
