package gocv2

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// answer writes JSON as goc's center does.
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

// problem is an error as goc's center reports it.
type problem struct {
	Status  int    `json:"-"`
	Code    int    `json:"code,omitempty"` // 1 makes an agent register again
	Message string `json:"msg"`
}

func (p *problem) Error() string { return p.Message }

// problemOf returns what the sender may know about an error.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	if w := (*wire.Problem)(nil); errors.As(err, &w) {
		return &problem{Status: w.Status, Message: w.Detail}
	}
	if e := (*fleet.Error)(nil); errors.As(err, &e) {
		status := http.StatusBadRequest
		if e.Kind == fleet.Forbidden {
			status = http.StatusForbidden
		}
		return &problem{Status: status, Message: e.Detail}
	}
	return &problem{Status: http.StatusInternalServerError, Message: "the hub could not do this; its log says why"}
}
