package gocv1

import (
	"log/slog"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// Options are what a center needs; all are required.
type Options struct {
	Fleet     *fleet.Fleet
	Agents    *Agents
	Addresses *auth.Addresses
	Guard     *auth.Guard
	Book      *auth.Book
	Log       *slog.Logger
}

// center is what the handlers of all calls need.
type center struct{ Options }

// visible returns the targets that the sender may see, if they have the role.
func (c *center) visible(r *http.Request, role auth.Role) ([]fleet.Target, error) {
	p, err := c.Guard.Admit(r, role)
	if err != nil {
		return nil, err
	}
	return c.targets(r, p)
}

func (c *center) targets(r *http.Request, p *auth.Principal) ([]fleet.Target, error) {
	targets, err := c.Fleet.Targets(r.Context())
	seen := targets[:0]
	for _, t := range targets {
		if n, _ := fleet.ParseName(t.Name); p.Sees(n.Labels) {
			seen = append(seen, t)
		}
	}
	return seen, err
}
