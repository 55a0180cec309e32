package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/gate"
	"github.com/goat-trace/goat/internal/places"
	"github.com/goat-trace/goat/internal/terminal"
)

// hubVerdict is what a hub says of a release.
type hubVerdict struct {
	gate.Document
	Service   string   `json:"service"`
	Revision  string   `json:"revision"`
	RulesFrom string   `json:"rulesFrom"`
	Notes     []string `json:"notes"`
}

// hubGate asks a hub.
type hubGate struct {
	*program
	hub   places.Hub
	query url.Values // the rules
	every time.Duration
}

// wait asks the hub until there is a verdict. A hub that is away for a moment, or
// that does not know the release yet, is asked again.
func (g *hubGate) wait(ctx context.Context, state *gate.Gate) (gate.Decision, error) {
	progress := terminal.NewProgress(g.stderr, "goat gate", g.getenv)
	defer progress.End()
	covered := -1
	for {
		said, d, err := g.ask(ctx)
		switch {
		case ctx.Err() != nil:
			return gate.Decision{}, errors.New("it was interrupted before there was a verdict")
		case errors.As(err, &places.Refused{}):
			return gate.Decision{}, fmt.Errorf("%s: %w", terminal.Word(g.hub.URL), err)
		case err != nil:
			d = gate.Decision{Verdict: gate.Unknown, Why: terminal.Word(g.hub.URL) + ": " + err.Error()}
		}
		d = state.Wait(d, said.Covered > covered, time.Now())
		covered = max(covered, said.Covered)
		if d.Done {
			progress.End()
			for _, note := range said.Notes {
				fmt.Fprintf(g.stderr, "goat gate: %s\n", terminal.Line(note))
			}
			return d, nil
		}
		progress.Step(waitingForHub(&d, &said), 0, 0)
		select {
		case <-ctx.Done():
		case <-time.After(max(100*time.Millisecond, min(g.every, d.Left))):
		}
	}
}

// ask asks once.
func (g *hubGate) ask(ctx context.Context) (said hubVerdict, d gate.Decision, err error) {
	why, err := g.hub.Gate(ctx, g.query, &said)
	if err != nil || why != "" {
		return said, gate.Decision{Verdict: gate.Unknown, Why: why}, err
	}
	d, err = said.Decision()
	d.Title = strings.TrimSpace(fmt.Sprintf("%s %.10s", said.Service, said.Revision))
	return said, d, err
}

// waitingForHub shows the progress on one line.
func waitingForHub(d *gate.Decision, said *hubVerdict) string {
	left := d.Left.Round(time.Second)
	if d.Verdict == gate.Unknown {
		return fmt.Sprintf("%s; %v left", d.Why, left)
	}
	return fmt.Sprintf("%d of %d points covered, %s; %v left", said.Covered, said.Wanted, d.Why, left)
}
