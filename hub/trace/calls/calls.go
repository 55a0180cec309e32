package calls

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
)

// Handler answers the calls.
type Handler struct {
	keeper *runs.Keeper
	fleet  *fleet.Fleet
	log    *slog.Logger
	busy   chan struct{} // a place for each segment that is taken in

	mu    sync.Mutex
	known map[string]runs.Run // runs that segments have come for, by id
}

const (
	maxBusy  = 16 // segments at once; further ones wait
	maxKnown = 10_000
)

// New returns a handler.
func New(k *runs.Keeper, f *fleet.Fleet, log *slog.Logger) *Handler {
	return &Handler{keeper: k, fleet: f, log: log, busy: make(chan struct{}, maxBusy), known: make(map[string]runs.Run)}
}

// find finds the run that the address names, if it is in the token's scope.
func (h *Handler) find(r *http.Request) (runs.Run, error) {
	ref := r.PathValue("run")
	run, err := h.keeper.Find(r.Context(), ref)
	if err != nil {
		return run, err
	}
	sees, err := h.sees(r.Context(), &run)
	if err == nil && !sees {
		err = fleet.Errorf(fleet.UnknownRun, "no run has the id or number %.80q", ref)
	}
	return run, err
}

// sees reports whether the request's token has the run in its scope. A run is of the
// service that its process registered for. Without a registration only its project is
// known, and a scope that asks for more does not see it.
func (h *Handler) sees(ctx context.Context, run *runs.Run) (bool, error) {
	p := auth.From(ctx)
	if len(p.Scope) == 0 {
		return true, nil
	}
	labels := fleet.Labels{App: run.Project}
	if d, err := runs.Describe(run.Description); err == nil && d.Instance != "" {
		s, err := h.fleet.ServiceOf(ctx, d.Instance)
		switch {
		case err == nil:
			labels = s.Labels
		case !errors.Is(err, fleet.UnknownInstance) && !errors.Is(err, fleet.NotFound):
			return false, err
		}
	}
	return p.Sees(labels), nil
}

// number reads a number of the address, from 1 and without leading zeros.
func number(r *http.Request, name string) (uint64, error) {
	text := r.PathValue(name)
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n == 0 || text[0] == '0' || text[0] == '+' {
		return 0, fleet.Errorf(fleet.Invalid, "%.40q in the address is no number from 1", text)
	}
	return n, nil
}
