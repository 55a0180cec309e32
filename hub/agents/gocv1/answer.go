package gocv1

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// answer writes JSON as goc's center does: the type has a charset, and nothing
// follows the value.
func answer(w http.ResponseWriter, status int, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(content)
	return nil
}

// problem is an error with the status that goc's center uses for it.
type problem struct {
	status int
	error
}

func (p *problem) Unwrap() error { return p.error }

// problemOf returns what the sender may know about an error.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	if w := (*wire.Problem)(nil); errors.As(err, &w) {
		return &problem{w.Status, w}
	}
	if e := (*fleet.Error)(nil); errors.As(err, &e) {
		status := http.StatusBadRequest
		if e.Kind == fleet.Forbidden {
			status = http.StatusForbidden
		}
		return &problem{status, e}
	}
	return &problem{http.StatusInternalServerError, errors.New("the hub could not do this; its log says why")}
}
