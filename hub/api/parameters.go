package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// durationOf is a request's parameter, or usual.
func durationOf(r *http.Request, name string, usual, most time.Duration) (time.Duration, error) {
	text := r.FormValue(name)
	if text == "" {
		return usual, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > most {
		return 0, fleet.Errorf(fleet.Invalid, "%s is %.40q; it can be 0s to %v", name, text, most)
	}
	return d, nil
}

func numberOf(r *http.Request, name string, usual, most int64) (int64, error) {
	text := r.FormValue(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, fleet.Errorf(fleet.Invalid, "%s is %.40q; it can be 0 to %d", name, text, most)
	}
	return n, nil
}

func flagOf(r *http.Request, name string) (bool, error) {
	text := r.FormValue(name)
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fleet.Errorf(fleet.Invalid, "%s is %.40q; it can be true or false", name, text)
	}
	return on, nil
}
