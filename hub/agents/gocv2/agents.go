package gocv2

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// Bits of an agent's status.
const (
	disconnected = 1
	hasRPC       = 2
	hasWatch     = 4
)

// shown is an agent as goc lists it.
type shown struct {
	ID      string `json:"id"`
	RPC     string `json:"rpc_remoteip"`
	Watch   string `json:"watch_remoteip"`
	Host    string `json:"hostname"`
	Command string `json:"cmdline"`
	PID     string `json:"pid"`
	Extra   string `json:"extra"`
	Token   string `json:"token"`
	Status  int    `json:"status"`
}

// agents lists the agents.
func (c *center) agents(w http.ResponseWriter, r *http.Request) error {
	agents, p, err := c.chosen(r, auth.Read)
	if err != nil {
		return err
	}
	items := []shown{}
	for _, a := range agents {
		s := shown{strconv.FormatInt(a.ID, 10), a.RPC, a.Watch, a.Host, a.Command, a.PID, a.Extra, a.Token, 0}
		if !p.May(auth.Push) {
			s.Token = ""
		}
		if a.There() {
			s.Status |= hasRPC
		}
		if a.Watch != "" {
			s.Status |= hasWatch
		}
		if s.Status == 0 {
			s.Status = disconnected
		}
		items = append(items, s)
	}
	return answer(w, http.StatusOK, map[string][]shown{"items": items})
}

// remove takes agents off the list. An agent that is connected registers again.
// Before that, the hub stores what they have counted.
func (c *center) remove(w http.ResponseWriter, r *http.Request) error {
	agents, _, err := c.chosen(r, auth.Write)
	if err != nil {
		return err
	}
	c.snapshot(r.Context(), agents)
	if err := c.Fleet.RemoveGocAgents(r.Context(), agents); err != nil {
		return err
	}
	for _, a := range agents {
		if n := c.connections.get(a.ID); n != nil {
			n.conn.CloseNow()
		}
	}
	return answer(w, http.StatusOK, nil)
}

// snapshotPatience is how long a snapshot may take.
const snapshotPatience = 8 * time.Second

// snapshot stores what agents have counted, if they answer in time.
func (c *center) snapshot(ctx context.Context, agents []fleet.GocAgent) {
	ctx, cancel := context.WithTimeout(ctx, snapshotPatience)
	defer cancel()
	each(agents, func(_ int, a *fleet.GocAgent) {
		if n := c.connections.get(a.ID); n != nil {
			if _, err := c.pull(ctx, n); err != nil {
				c.Log.Info("no last profile", "id", a.ID, "error", err)
			}
		}
	})
}

// atOnce is how many agents are asked at once.
const atOnce = 32

// each calls f for all agents, many of them concurrently.
func each(agents []fleet.GocAgent, f func(int, *fleet.GocAgent)) {
	slots := make(chan struct{}, atOnce)
	var calls sync.WaitGroup
	for i := range agents {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			f(i, &agents[i])
		})
	}
	calls.Wait()
}
