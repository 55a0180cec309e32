package gocv2

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// Options are what a center needs; all but Ping are required.
type Options struct {
	Fleet     *fleet.Fleet
	Addresses *auth.Addresses
	Guard     *auth.Guard
	Book      *auth.Book
	Ping      time.Duration // how often agents are pinged; 15 s
	Limit     time.Duration // the time limit of a call of an agent
	Log       *slog.Logger
}

// center is what the handlers of all calls need.
type center struct {
	Options
	connections connections
	watchers    watchers
	sources     sources
	streams     sync.WaitGroup // the streams that are being served
}

// connections are the agents that this replica can call.
type connections struct {
	mu     sync.Mutex
	byID   map[int64]*connection
	closed bool
}

func (c *connections) get(id int64) *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byID[id]
}

// set puts n in the place of an earlier connection of the agent, and returns that
// one. ok is false if no more connections are taken.
func (c *connections) set(id int64, n *connection) (before *connection, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, false
	}
	before = c.byID[id]
	c.byID[id] = n
	return before, true
}

// close takes no more connections, and ends the existing ones.
func (c *connections) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	for _, n := range c.all() {
		n.conn.CloseNow()
	}
}

// drop says whether n was the agent's connection.
func (c *connections) drop(id int64, n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID[id] != n {
		return false
	}
	delete(c.byID, id)
	return true
}

func (c *connections) all() []*connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]*connection, 0, len(c.byID))
	for _, n := range c.byID {
		list = append(list, n)
	}
	return list
}

// chosen returns the agents that a request asks for and that its sender may see.
func (c *center) chosen(r *http.Request, role auth.Role) ([]fleet.GocAgent, *auth.Principal, error) {
	p, err := c.Guard.Admit(r, role)
	if err != nil {
		return nil, nil, err
	}
	extra, err := regexp.Compile(r.FormValue("extra"))
	if err != nil {
		return nil, nil, &problem{Status: http.StatusBadRequest, Message: fmt.Sprintf("extra is no regular expression: %v", err)}
	}
	var ids []string
	if text := r.FormValue("id"); text != "" {
		ids = strings.Split(text, ",")
	}
	agents, err := c.Fleet.GocAgents(r.Context())
	list := agents[:0]
	for _, a := range agents {
		if p.Sees(fleet.LabelsOfGocAgent(&a)) && extra.MatchString(a.Extra) && (ids == nil || slices.Contains(ids, strconv.FormatInt(a.ID, 10))) {
			list = append(list, a)
		}
	}
	return list, p, err
}

// known returns the agent that a connection says it belongs to.
func (c *center) known(r *http.Request) (*fleet.GocAgent, error) {
	agents, err := c.Fleet.GocAgents(r.Context())
	if err != nil {
		return nil, err
	}
	for i := range agents {
		a := &agents[i]
		if strconv.FormatInt(a.ID, 10) != r.FormValue("id") {
			continue
		}
		if subtle.ConstantTimeCompare([]byte(a.Token), []byte(r.FormValue("token"))) != 1 {
			return nil, &problem{Status: http.StatusBadRequest, Code: 1, Message: "register token not match"}
		}
		return a, nil
	}
	return nil, &problem{Status: http.StatusBadRequest, Code: 1, Message: "agent not registered"}
}
