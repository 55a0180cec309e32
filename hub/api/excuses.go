package api

import (
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// excuse is a row of a service's excuses.
type excuse struct {
	ID       int64     `json:"id"`
	StableID string    `json:"stableId"`
	Place    string    `json:"place"`
	State    string    `json:"state"` // in-force, expired, withdrawn, replaced
	Reason   string    `json:"reason"`
	Person   string    `json:"person"`
	Until    *string   `json:"until"` // the last day, null if it was withdrawn
	At       time.Time `json:"at"`
	By       string    `json:"by"`
}

func excuseOf(e *fleet.Excuse, state string) excuse {
	shown := excuse{ID: e.ID, StableID: e.StableID, Place: e.Place, State: state, Reason: e.Reason, Person: e.Person, At: e.At, By: e.By}
	if !e.Withdrawn() {
		day := e.Until.Format(time.DateOnly)
		shown.Until = &day
	}
	return shown
}

// excuses answers GET /api/v1/services/{service}/excuses: those that count, and those
// whose day is over; with history=true all rows that there have been.
func (h *Handler) excuses(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	history, err := flagOf(r, "history")
	if err != nil {
		return err
	}
	current, all, err := h.fleet.Excuses(r.Context(), s.ID)
	if err != nil {
		return err
	}
	now, err := h.fleet.Now(r.Context())
	if err != nil {
		return err
	}
	rows := []excuse{}
	for i := range all {
		e := &all[i]
		if state := e.State(current[e.StableID], now); history || state == "in-force" || state == "expired" {
			rows = append(rows, excuseOf(e, state))
		}
	}
	return wire.WriteJSON(w, map[string][]excuse{"excuses": rows})
}

// maxExcuse limits the body of a request, in bytes.
const maxExcuse = 16 << 10

// excuse answers PUT /api/v1/services/{service}/excuses/{stableId}.
func (h *Handler) excuse(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	var body struct{ Reason, Person, Until string }
	if err := wire.ReadJSON(w, r, maxExcuse, &body); err != nil {
		return err
	}
	e := fleet.Excuse{Service: s.ID, StableID: r.PathValue("stableId"), Reason: body.Reason, Person: body.Person, By: auth.From(r.Context()).Name}
	if e.Until, err = time.Parse(time.DateOnly, body.Until); err != nil {
		return fleet.Errorf(fleet.Invalid, "until is %.40q; write a day, for example 2027-03-01", body.Until)
	}
	added, err := h.fleet.ExcusePoint(r.Context(), e)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, excuseOf(&added, "in-force"))
}

// withdraw answers DELETE /api/v1/services/{service}/excuses/{stableId}.
func (h *Handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	row, err := h.fleet.WithdrawExcuse(r.Context(), s.ID, r.PathValue("stableId"), auth.From(r.Context()).Name)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, excuseOf(&row, "withdrawn"))
}
