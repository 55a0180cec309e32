package api

import (
	"net/http"
	"strconv"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/wire"
	"github.com/goat-trace/goat/internal/gate"
)

// verdict is the gate's decision on a release.
type verdict struct {
	*gate.Document
	Release   string   `json:"release"`
	Service   string   `json:"service"`
	Revision  string   `json:"revision"`
	RulesFrom string   `json:"rulesFrom"`
	Pods      int      `json:"pods"`       // instances that have said what ran
	AgeS      int64    `json:"ageSeconds"` // since its first instance registered
	Notes     []string `json:"notes"`      // what is not known, and why
}

// mostRules is how many rules a request may have.
const mostRules = 100

// gate answers GET /api/v1/releases/{release}/gate.
func (h *Handler) gate(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	wanted, err := wantedOf(r)
	if err != nil {
		return err
	}
	judged, err := h.judge.Release(r.Context(), v.ID)
	if err != nil {
		return err
	}
	decision, err := judged.Verdict(wanted)
	if err != nil {
		return err
	}
	doc := decision.Document()
	if doc.Commit == "" {
		doc.Commit = v.Commit
	}
	return wire.WriteJSON(w, verdict{
		Document: doc, Release: v.ID, Service: judged.Service.Name(), Revision: v.Revision, RulesFrom: decision.From,
		Pods: v.Summary.Measured, AgeS: int64(judged.Now.Sub(v.FirstSeen).Seconds()), Notes: append([]string{}, judged.Notes...),
	})
}

// wantedOf reads the rules of a request: min=80, rule=…, base=….
func wantedOf(r *http.Request) (judge.Wanted, error) {
	query := r.URL.Query()
	w := judge.Wanted{Min: query.Get("min"), Rules: query["rule"], Base: query.Get("base")}
	if w.Min != "" {
		if _, err := strconv.ParseFloat(w.Min, 64); err != nil {
			return w, fleet.Errorf(fleet.Invalid, "min is %.40q; write a percentage from 0 to 100", w.Min)
		}
	}
	if len(w.Rules) > mostRules {
		return w, fleet.Errorf(fleet.Invalid, "%d rules; at most %d are taken", len(w.Rules), mostRules)
	}
	return w, nil
}
