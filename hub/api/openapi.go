package api

import (
	_ "embed"
	"net/http"
)

// document describes all calls below /api/v1, those of agents too. A test holds it
// against the routes and against the answers of a running hub.
//
//go:embed openapi.json
var document []byte

func (h *Handler) openapi(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(document)
	return err
}
