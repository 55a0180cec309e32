package portal

import (
	"net/http"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// mostQuery is the longest text that can be searched for, in bytes.
const mostQuery = 200

func (h *Handler) search(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.FormValue("q"))
	if len(query) > mostQuery {
		return fleet.Errorf(fleet.Invalid, "what is looked for has %d bytes; at most %d are taken", len(query), mostQuery)
	}
	found, err := h.fleet.Search(r.Context(), query, auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	title := "Search"
	if query != "" {
		title = query + " · Search"
	}
	return h.show(w, http.StatusOK, "search.html", page{Title: title, Query: query, Body: found})
}
