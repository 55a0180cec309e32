package gocv1

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/goat-trace/goat/hub/fleet"
)

// ProfileParam is what goc's commands ask for. Its name is part of goc's error
// messages.
type ProfileParam struct {
	Force   bool     `json:"force"`
	Service []string `json:"service"`
	Address []string `json:"address"`
	Cover   []string `json:"coverfile"`
	Skip    []string `json:"skipfile"`
}

// errAmbiguous is goc's.
var errAmbiguous = errors.New("use 'service' flag and 'address' flag at the same time may cause ambiguity, please use them separately")

// readAsked reads JSON, or the query of a GET and a form.
func readAsked(w http.ResponseWriter, r *http.Request) (p ProfileParam, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Method == http.MethodPost && (isJSON(r) || r.Header.Get("Content-Type") == "") {
		err = json.NewDecoder(r.Body).Decode(&p)
	} else if err = r.ParseForm(); err == nil {
		p = ProfileParam{Service: r.Form["service"], Address: r.Form["address"], Cover: r.Form["coverfile"], Skip: r.Form["skipfile"]}
		if text := r.Form.Get("force"); text != "" {
			p.Force, err = strconv.ParseBool(text)
		}
	}
	if err == nil && len(p.Service) > 0 && len(p.Address) > 0 {
		err = errAmbiguous
	}
	return p, err
}

// chosen returns the targets that a request asks for, all of them if it names none.
// A name that does not exist is an error unless force is set.
func (p *ProfileParam) chosen(targets []fleet.Target, force bool) ([]fleet.Target, error) {
	if len(p.Service) == 0 && len(p.Address) == 0 {
		return targets, nil
	}
	var list []fleet.Target
	for _, names := range []struct {
		what string
		list []string
		of   func(*fleet.Target) string
	}{
		{"service", p.Service, func(t *fleet.Target) string { return t.Name }},
		{"address", p.Address, func(t *fleet.Target) string { return t.Address }},
	} {
		for _, name := range names.list {
			found := false
			for _, t := range targets {
				if names.of(&t) != name {
					continue
				}
				found = true
				if !slices.ContainsFunc(list, func(o fleet.Target) bool { return o.Number == t.Number }) {
					list = append(list, t)
				}
			}
			if !found && !force {
				return nil, fmt.Errorf("%s [%s] not found", names.what, name)
			}
		}
	}
	return list, nil
}
