package calls

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/wire"
)

// runJSON is a run.
type runJSON struct {
	Number      int64           `json:"number"`
	RunID       string          `json:"runId"`
	Project     string          `json:"projectName"`
	Version     string          `json:"projectVersion"`
	Commit      string          `json:"commit"`
	Method      string          `json:"launchMethod"`
	Class       string          `json:"launchClass"`
	Created     time.Time       `json:"createdAt"`
	Ended       *time.Time      `json:"endedAt,omitempty"`
	Heard       time.Time       `json:"heardAt"`
	Live        bool            `json:"live"`
	Pinned      bool            `json:"pinned"`
	InRows      bool            `json:"inRows"`
	Traces      int             `json:"traces"`
	Steps       uint64          `json:"steps"`
	Segments    int64           `json:"segments"`
	Raw         int64           `json:"bytes"`
	Packed      int64           `json:"storedBytes"`
	Description json.RawMessage `json:"description,omitempty"`
	Problems    []string        `json:"problems,omitempty"`
}

func jsonOf(r *runs.Run) runJSON {
	j := runJSON{
		Number: r.Number, RunID: r.ID, Project: r.Project, Version: r.Version, Commit: r.Commit, Method: r.Method, Class: r.Class,
		Created: r.Created, Heard: r.Heard, Live: r.Live(time.Now()), Pinned: r.Pinned, InRows: r.Rows == runs.RowsKept,
		Traces: r.Traces, Steps: r.Steps, Segments: r.Segments, Raw: r.Raw, Packed: r.Packed,
	}
	if !r.Ended.IsZero() {
		j.Ended = &r.Ended
	}
	return j
}

const mostRuns = 1000

// list answers GET /api/v1/runs.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	f := runs.Filter{Project: r.FormValue("project"), Limit: 100}
	for name, set := range map[string]func(int64){
		"before": func(n int64) { f.Before = n },
		"limit":  func(n int64) { f.Limit = int(min(n, mostRuns)) },
	} {
		text := r.FormValue(name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return fleet.Errorf(fleet.Invalid, "%s is %.40q; it is a number from 1", name, text)
		}
		set(n)
	}
	found, err := h.keeper.List(r.Context(), f)
	if err != nil {
		return err
	}
	list := []runJSON{}
	scoped := len(auth.From(r.Context()).Scope) > 0
	for i := range found {
		run := found[i]
		if scoped { // the run's service is in its description, which lists are without
			if run, err = h.keeper.Find(r.Context(), run.ID); errors.Is(err, fleet.Deleted) {
				continue
			} else if err != nil {
				return err
			}
			if sees, err := h.sees(r.Context(), &run); err != nil {
				return err
			} else if !sees {
				continue
			}
		}
		list = append(list, jsonOf(&run))
	}
	return wire.WriteJSON(w, map[string]any{"runs": list})
}

// run answers GET /api/v1/runs/{run}.
func (h *Handler) run(w http.ResponseWriter, r *http.Request) error {
	run, err := h.find(r)
	if err != nil {
		return err
	}
	view, err := h.keeper.Run(r.Context(), run.ID)
	if err != nil {
		return err
	}
	j := jsonOf(&run)
	j.Description, j.Problems = run.Description, view.Problems
	return wire.WriteJSON(w, j)
}

// readTable answers GET /api/v1/runs/{run}/tables/{digest}.
func (h *Handler) readTable(w http.ResponseWriter, r *http.Request) error {
	run, err := h.find(r)
	if err != nil {
		return err
	}
	content, err := h.keeper.Table(r.Context(), run, r.PathValue("digest"))
	if err != nil {
		return err
	}
	return write(w, content)
}

// readSegment answers GET /api/v1/runs/{run}/segments/{trace}/{n} with the bytes
// that the recorder sent.
func (h *Handler) readSegment(w http.ResponseWriter, r *http.Request) error {
	trace, err := number(r, "trace")
	if err != nil {
		return err
	}
	n, err := number(r, "n")
	if err != nil {
		return err
	}
	run, err := h.find(r)
	if err != nil {
		return err
	}
	content, err := h.keeper.Segment(r.Context(), run, trace, n)
	if err != nil {
		return err
	}
	return write(w, content)
}

func write(w http.ResponseWriter, content []byte) error {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) //nolint:gosec // no page: the type above says so, and nosniff; an error is the client's
	return nil
}

// pin answers POST /api/v1/runs/{run}/pin.
func (h *Handler) pin(w http.ResponseWriter, r *http.Request) error { return h.setPin(w, r, true) }

// unpin answers DELETE /api/v1/runs/{run}/pin.
func (h *Handler) unpin(w http.ResponseWriter, r *http.Request) error { return h.setPin(w, r, false) }

func (h *Handler) setPin(w http.ResponseWriter, r *http.Request, pinned bool) error {
	run, err := h.find(r)
	if err != nil {
		return err
	}
	if err := h.keeper.Pin(r.Context(), run, pinned); err != nil {
		return err
	}
	run.Pinned = pinned
	return wire.WriteJSON(w, jsonOf(&run))
}

// remove answers DELETE /api/v1/runs/{run}.
func (h *Handler) remove(w http.ResponseWriter, r *http.Request) error {
	run, err := h.find(r)
	if err != nil {
		return err
	}
	if err := h.keeper.Delete(r.Context(), run); err != nil {
		return err
	}
	return wire.WriteJSON(w, map[string]string{"deleted": run.ID})
}
