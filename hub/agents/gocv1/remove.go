package gocv1

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// lastPull is how long an agent that ends may take to give its profile. The agent
// waits for the answer without a limit of its own, but its pod does not.
const lastPull = 8 * time.Second

// clear sets the counters of agents to zero. Before that, it stores what they have
// counted.
func (c *center) clear(w http.ResponseWriter, r *http.Request) error {
	asked, err := readAsked(w, r)
	if err != nil {
		return &problem{http.StatusExpectationFailed, err}
	}
	targets, err := c.visible(r, auth.Write)
	if err != nil {
		return err
	}
	targets, _ = asked.chosen(targets, true)
	c.snapshot(r.Context(), targets)
	errs := each(targets, func(_ int, t *fleet.Target) error { return c.Agents.Clear(r.Context(), t.Dialled()) })
	for i, t := range targets {
		if errs[i] != nil {
			return &problem{http.StatusExpectationFailed, errs[i]} // if something was already said about others, the status is 200
		}
		fmt.Fprintf(w, "Register service %s coverage counter clear call successfully\n", t.Address)
	}
	return nil
}

// init empties the list. Before that, it pulls what the instances have counted,
// which stays.
func (c *center) init(w http.ResponseWriter, r *http.Request) error {
	targets, err := c.visible(r, auth.Write)
	if err != nil {
		return err
	}
	if err := c.end(r.Context(), targets); err != nil {
		return err
	}
	return answer(w, http.StatusOK, "")
}

// remove takes addresses off the list. Agents do that themselves when they end, and
// serve until they have the answer: this is when the hub can get their last
// profile.
func (c *center) remove(w http.ResponseWriter, r *http.Request) error {
	asked, err := readAsked(w, r)
	if err != nil {
		return &problem{http.StatusExpectationFailed, err}
	}
	all, err := c.removable(r)
	if err != nil {
		return err
	}
	targets, _ := asked.chosen(all, true)
	if err := c.end(r.Context(), targets); err != nil {
		return err
	}
	removed := map[string]bool{}
	for _, t := range targets {
		if removed[t.Address] { // it has two names: goc does not find it a second time
			return &problem{http.StatusExpectationFailed, fmt.Errorf("no service found: %s", t.Address)}
		}
		removed[t.Address] = true
		fmt.Fprintf(w, "Register service %s removed from the center.", t.Address)
	}
	return nil
}

// removable returns the targets that the sender may take off the list: those they
// see if they may write, and only their own for an agent.
func (c *center) removable(r *http.Request) ([]fleet.Target, error) {
	p, err := c.Guard.Admit(r, auth.Push)
	if err != nil {
		if p, err = c.Guard.Admit(r, auth.Write); err != nil {
			c.note(auth.Refused{Agent: string(fleet.AgentGocV1), Peer: c.Addresses.Peer(r).String(), Why: "removing an address: " + err.Error()})
			return nil, nil // as if there were none, because an agent must not learn that it was never admitted
		}
	}
	targets, err := c.targets(r, p)
	if p.May(auth.Write) {
		return targets, err
	}
	peer := c.Addresses.Peer(r)
	own := targets[:0]
	for _, t := range targets {
		if hostOf(t.Address) == peer || t.Peer == peer.String() {
			own = append(own, t)
		}
	}
	return own, err
}

func hostOf(address string) netip.Addr {
	u, err := url.Parse(address)
	if err != nil {
		return netip.Addr{}
	}
	host, _ := netip.ParseAddr(u.Hostname())
	return host
}

// end pulls the targets' last profiles and takes them off the list.
func (c *center) end(ctx context.Context, targets []fleet.Target) error {
	if len(targets) == 0 {
		return nil
	}
	c.snapshot(ctx, targets)
	return c.Fleet.RemoveTargets(ctx, targets)
}

// snapshot stores what the targets have counted, if they answer in time.
func (c *center) snapshot(ctx context.Context, targets []fleet.Target) {
	ctx, cancel := context.WithTimeout(ctx, lastPull)
	defer cancel()
	for i, err := range each(targets, func(_ int, t *fleet.Target) error {
		_, err := c.pullOne(ctx, t)
		return err
	}) {
		if err != nil {
			c.Log.Info("no last profile", "name", targets[i].Name, "address", targets[i].Address, "error", err)
		}
	}
}
