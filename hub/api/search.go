package api

import (
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// found is what a search found.
type found struct {
	Services []service   `json:"services"`
	Releases []release   `json:"releases"`
	Code     []foundCode `json:"code"`
	Partly   bool        `json:"partly"` // not all code was looked at
}

type foundCode struct {
	Service  string `json:"service"`
	Release  string `json:"release"`
	Revision string `json:"revision"`
	File     string `json:"file"`
	Func     string `json:"func"`
	Line     int    `json:"line"`
}

// mostQuery is how long a text may be that is looked for, in bytes.
const mostQuery = 200

func (h *Handler) search(w http.ResponseWriter, r *http.Request) error {
	query := r.FormValue("q")
	if query == "" || len(query) > mostQuery {
		return fleet.Errorf(fleet.Invalid, "q has %d bytes; it can have 1 to %d", len(query), mostQuery)
	}
	f, err := h.fleet.Search(r.Context(), query, auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	shown := found{Services: []service{}, Releases: []release{}, Code: []foundCode{}, Partly: f.Partly}
	for i := range f.Services {
		shown.Services = append(shown.Services, serviceOf(&f.Services[i]))
	}
	for i := range f.Releases {
		shown.Releases = append(shown.Releases, releaseOf(&f.Releases[i].Release))
	}
	for _, c := range f.Code {
		shown.Code = append(shown.Code, foundCode{c.Service.ID, c.Release.ID, c.Release.Revision, c.File, c.Func, c.Line})
	}
	return wire.WriteJSON(w, shown)
}
