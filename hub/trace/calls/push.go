package calls

import (
	"errors"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/wire"
)

// announce answers PUT /api/v1/runs/{run}.
func (h *Handler) announce(w http.ResponseWriter, r *http.Request) error {
	document, err := wire.Body(w, r, runs.MaxDescription)
	if err != nil {
		return err
	}
	d, err := runs.Describe(document)
	if err != nil {
		return fleet.Errorf(fleet.Invalid, "the body is no description of a run: %v", err)
	}
	sees, err := h.sees(r.Context(), &runs.Run{Project: d.ProjectName, Description: document})
	if err != nil {
		return err
	}
	if !sees {
		return fleet.Errorf(fleet.Forbidden, "the token %q may not send runs of %.80q", auth.From(r.Context()).Name, d.ProjectName)
	}
	run, missing, err := h.keeper.Announce(r.Context(), r.PathValue("run"), document)
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, struct {
		RunID  string   `json:"runId"`
		Number int64    `json:"number"`
		Wants  []string `json:"wants,omitempty"`
	}{run.ID, run.Number, missing})
}

// table answers PUT /api/v1/tables/{digest}.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	content, err := wire.Body(w, r, runs.MaxTable)
	if err != nil {
		return err
	}
	digest := r.PathValue("digest")
	if err := h.keeper.AddTable(r.Context(), digest, content); err != nil {
		return err
	}
	return wire.WriteJSON(w, map[string]string{"digest": digest})
}

// segment answers PUT /api/v1/runs/{run}/segments/{trace}/{n}.
func (h *Handler) segment(w http.ResponseWriter, r *http.Request) error {
	trace, err := number(r, "trace")
	if err != nil {
		return err
	}
	n, err := number(r, "n")
	if err != nil {
		return err
	}
	run, err := h.receiver(r)
	if err != nil {
		return err
	}
	select {
	case h.busy <- struct{}{}:
		defer func() { <-h.busy }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	segment, err := wire.Body(w, r, runs.MaxSegment)
	if err != nil {
		return err
	}
	if err := h.keeper.AddSegment(r.Context(), run, trace, n, segment); err != nil {
		if errors.Is(err, fleet.Deleted) {
			h.forget(run.ID)
		}
		return err
	}
	return wire.WriteJSON(w, map[string]uint64{"acked": n})
}

// receiver finds the run that a segment is for. Whether it was deleted meanwhile is
// the store's to say.
func (h *Handler) receiver(r *http.Request) (runs.Run, error) {
	id := r.PathValue("run")
	h.mu.Lock()
	run, ok := h.known[id]
	h.mu.Unlock()
	if ok && len(auth.From(r.Context()).Scope) == 0 {
		return run, nil
	}
	run, err := h.find(r)
	if err != nil {
		return run, err
	}
	if run.ID != id {
		return run, fleet.Errorf(fleet.Invalid, "the address has to name the run by its id, %s", run.ID)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= maxKnown {
		clear(h.known)
	}
	h.known[id] = run
	return run, nil
}

func (h *Handler) forget(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.known, id)
}

// stored answers GET /api/v1/runs/{run}/segments: which segments the hub has, for
// who sends the others.
func (h *Handler) stored(w http.ResponseWriter, r *http.Request) error {
	run, err := h.find(r)
	if err != nil {
		return err
	}
	have, err := h.keeper.Stored(r.Context(), run)
	if err != nil {
		return err
	}
	type trace struct {
		Trace    uint64      `json:"trace"`
		Segments [][2]uint64 `json:"segments"` // from, to
	}
	list := []trace{}
	for _, t := range have {
		list = append(list, trace{t.Trace, t.Ranges})
	}
	return wire.WriteJSON(w, map[string]any{"traces": list})
}
