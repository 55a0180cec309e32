package server

import (
	"errors"
	"net/http"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/wire"
)

// agentCalls are the calls of /api/v1 that are about agents of any kind.
type agentCalls struct {
	fleet     *fleet.Fleet
	addresses *auth.Addresses
	book      *auth.Book
}

// prestop keeps what an instance has before its pod ends: it is answered when that
// is done. A pod's hook calls it with its service and its address; without an address
// it is the one that the request comes from. An address that nobody has registered
// is registered, if it is admitted: agents of goc's single mode register nowhere.
func (c *agentCalls) prestop(w http.ResponseWriter, r *http.Request) error {
	name, address := r.FormValue("service"), r.FormValue("address")
	if name == "" {
		return fleet.Errorf(fleet.Invalid, "service is missing; send ?service=NAME&address=ADDRESS")
	}
	p, peer := auth.From(r.Context()), c.addresses.Peer(r)
	instances, service, err := c.stopping(r, name, address)
	if err != nil {
		return err
	}
	if len(instances) == 0 {
		if address == "" {
			return fleet.Errorf(fleet.NotFound, "service %.200q has no instance at %v; name it with address", name, peer)
		}
		admitted, err := c.addresses.Admit(address, peer)
		if err != nil {
			return err
		}
		if n, _ := fleet.ParseName(name); !p.Sees(n.Labels) {
			return fleet.Errorf(fleet.Forbidden, "the token %q may not report for the service %.200q", p.Name, name)
		}
		if _, err := c.fleet.AddTarget(r.Context(), name, admitted, peer.String()); err != nil {
			return err
		}
		if instances, service, err = c.stopping(r, name, admitted); err != nil {
			return err
		}
	}
	stopping, err := c.fleet.PreStop(r.Context(), service, instances)
	if err != nil {
		return err
	}
	if stopping.Failed > 0 {
		return fleet.Errorf(fleet.Busy, "%d of %d instances did not say what has run; what they said before is kept", stopping.Failed, len(instances))
	}
	state, status := "done", http.StatusOK
	if stopping.Waiting > 0 {
		state, status = "running", http.StatusAccepted
	}
	return wire.WriteStatus(w, status, map[string]any{"state": state, "kept": stopping.Kept, "waiting": stopping.Waiting})
}

// stopping are the instances that a pre-stop hook means; none where the service is not
// there.
func (c *agentCalls) stopping(r *http.Request, name, address string) ([]fleet.Instance, string, error) {
	p := auth.From(r.Context())
	service, err := c.fleet.Service(r.Context(), name)
	if errors.Is(err, fleet.NotFound) {
		service, _, err = c.fleet.ByName(r.Context(), name, p.Sees)
	}
	if errors.Is(err, fleet.NotFound) || err == nil && !p.Sees(service.Labels) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	if address == "" {
		address = c.addresses.Peer(r).String()
	}
	instances, err := c.fleet.At(r.Context(), service.ID, address)
	return instances, service.ID, err
}

// unadmitted lists the registrations that this process did not admit.
func (c *agentCalls) unadmitted(w http.ResponseWriter, _ *http.Request) error {
	return wire.WriteJSON(w, map[string][]auth.Refused{"unadmitted": c.book.List()})
}
