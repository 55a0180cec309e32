package gocv2

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"

	"github.com/goat-trace/goat/hub/fleet"
)

// Times of connections.
const (
	pingPatience  = 5 * time.Second
	againPatience = 5 * time.Second // before an agent whose call failed is asked again
)

// rpcstream accepts the connection through which an agent is called, and keeps it
// until it ends. As long as it lasts the instance has a lease.
func (c *center) rpcstream(w http.ResponseWriter, r *http.Request) error {
	c.streams.Add(1)
	defer c.streams.Done()
	a, err := c.known(r)
	if err != nil {
		return err
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return nil // an answer has been sent
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxFrame)
	n := &connection{id: a.ID, instance: a.Instance, conn: conn, waiting: map[uint64]chan reply{}}
	ctx, stop := context.WithCancel(context.WithoutCancel(r.Context()))
	defer stop()
	before, ok := c.connections.set(a.ID, n)
	if !ok {
		return nil
	}
	if before != nil {
		before.conn.CloseNow()
	}
	if err := c.Fleet.ConnectGocAgent(ctx, a, c.Addresses.Peer(r).String()); err != nil {
		c.connections.drop(a.ID, n)
		return nil // the agent connects again
	}
	go c.keep(ctx, a, n)
	err = n.read(ctx)
	if c.connections.drop(a.ID, n) {
		if noted := c.Fleet.SetGocStream(ctx, a.ID, fleet.StreamRPC, ""); noted != nil {
			c.Log.Error("noting that an agent has gone failed", "id", a.ID, "error", noted)
		}
	}
	c.Log.Info("an agent's connection has ended", "id", a.ID, "host", a.Host, "why", err)
	return nil
}

// keep pings an agent and renews its lease, until one of these fails.
func (c *center) keep(ctx context.Context, a *fleet.GocAgent, n *connection) {
	defer n.conn.CloseNow()
	lease := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(c.Ping):
		}
		ping, cancel := context.WithTimeout(ctx, pingPatience)
		err := n.conn.Ping(ping)
		cancel()
		if err != nil {
			return
		}
		if time.Since(lease) > c.Fleet.Lease()/3 {
			if err := c.Fleet.HearGocAgent(ctx, a); err != nil {
				c.Log.Error("keeping an agent's lease failed", "id", a.ID, "error", err)
				continue
			}
			lease = time.Now()
		}
	}
}

// asked serves the instances that are connected here.
func (c *center) asked(ctx context.Context, instances []string) {
	for _, n := range c.connections.all() {
		if slices.Contains(instances, n.instance) && n.begin() {
			go func() {
				defer n.end()
				if !c.serve(ctx, n) {
					select {
					case <-time.After(againPatience):
					case <-ctx.Done():
					}
				}
			}()
		}
	}
}

// serve stores an agent's profile, for whoever waits for it, and reports whether it
// did.
func (c *center) serve(ctx context.Context, n *connection) bool {
	profile, err := c.pull(ctx, n)
	if err == nil {
		err = c.Fleet.AnswerBlocks(ctx, n.instance, profile)
	}
	if err != nil && ctx.Err() == nil {
		c.Log.Info("pulling an agent failed", "id", n.id, "error", err)
	}
	return err == nil
}

// pull gets an agent's profile and stores it.
func (c *center) pull(ctx context.Context, n *connection) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	text, err := n.text(ctx, "GocAgent.GetProfile", "getprofile")
	if err != nil {
		return nil, err
	}
	return []byte(text), c.Fleet.AddBlocks(ctx, n.instance, []byte(text), false)
}
